using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /v1/rerank</c>: documents by how well they answer a query, in the form of Cohere and Jina.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class RerankEndpoint(EndpointServices serving)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken) => await AnswerAsync(
        context, await ServerJson.ReadAsync(context.Request, ServerJson.Default.RerankRequest, cancellationToken), cancellationToken);

    /// <summary>Answers a request that was read.</summary>
    public async Task AnswerAsync(HttpContext context, RerankRequest request, CancellationToken cancellationToken)
    {
        ServedEncoder model = serving.Models.Find<ServedEncoder>(request.Model);
        int most = serving.Options.MaxTexts;
        if (request.Documents.Count == 0 || request.Documents.Count > most)
        {
            throw RequestException.Invalid("documents", $"documents has 1 to {most} texts.");
        }

        if (request.TopN is < 1)
        {
            throw RequestException.Invalid("top_n", "top_n is at least 1.");
        }

        string[] documents = [.. request.Documents.Select(TextOf)];
        float[] scores = await Task.Run(() => RankAll(model, request.Query, documents, cancellationToken), cancellationToken);
        Tokenizer tokenizer = model.Encoder.Tokenizer;
        int tokens = documents.Length * tokenizer.CountTokens(request.Query) + documents.Sum(document => tokenizer.CountTokens(document));
        RerankResults answer = new()
        {
            Id = EndpointServices.NewId("rerank-"),
            Model = model.Name,
            Results =
            [
                .. scores.Select((score, index) => (Score: score, Index: index))
                    .OrderByDescending(result => result.Score)
                    .ThenBy(result => result.Index)
                    .Take(request.TopN ?? scores.Length)
                    .Select(result => new RerankResult
                    {
                        Index = result.Index,
                        RelevanceScore = result.Score,
                        Document = request.ReturnDocuments == true ? new RerankDocument { Text = documents[result.Index] } : null,
                    }),
            ],
            Usage = new Usage { PromptTokens = tokens, TotalTokens = tokens },
        };
        await ServerJson.WriteAsync(context.Response, answer, cancellationToken);
    }

    private static float[] RankAll(ServedEncoder model, string query, string[] documents, CancellationToken cancellationToken)
    {
        try
        {
            return model.Encoder.Rank(query, documents, cancellationToken: cancellationToken);
        }
        catch (InvalidOperationException error) when (error is not ObjectDisposedException)
        {
            throw RequestException.Invalid("model", error.Message);
        }
        catch (ArgumentException error)
        {
            throw RequestException.Invalid("documents", error);
        }
    }

    private static string TextOf(JsonElement document, int index)
    {
        if (document.ValueKind == JsonValueKind.Object && document.TryGetProperty("text", out JsonElement text))
        {
            document = text;
        }

        return document.ValueKind == JsonValueKind.String
            ? document.GetString()!
            : throw RequestException.Invalid($"documents[{index}]", $"documents[{index}] is a text, or an object with a text.");
    }
}
