using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /v1/embeddings</c>: vectors of texts.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class EmbeddingsEndpoint(EndpointServices serving)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken) => await AnswerAsync(
        context, await ServerJson.ReadAsync(context.Request, ServerJson.Default.EmbeddingRequest, cancellationToken), cancellationToken);

    /// <summary>Answers a request that was read.</summary>
    public async Task AnswerAsync(HttpContext context, EmbeddingRequest request, CancellationToken cancellationToken)
    {
        ServedEncoder model = serving.Models.Find<ServedEncoder>(request.Model);
        if (request.EncodingFormat is not (null or "float" or "base64"))
        {
            throw RequestException.Invalid("encoding_format", "encoding_format is float or base64.");
        }

        if (request.Dimensions is int dimensions && (dimensions < 1 || dimensions > model.Encoder.VectorLength))
        {
            throw RequestException.Invalid(
                "dimensions", $"dimensions is from 1 to {model.Encoder.VectorLength}, the floats of the model's vectors.");
        }

        List<TextInput> inputs = TextInput.ReadAll(request.Input, "input", serving.Options.MaxTexts, model.VocabularySize);
        int[][] ids = [.. inputs.Select((input, index) => IdsOf(input, index, model))];

        // On a thread of the pool that may wait: the model computes until the vectors are there.
        float[][] vectors = await Task.Run(() => EmbedAll(model, ids, request.Dimensions, cancellationToken), cancellationToken);
        int tokens = ids.Sum(text => text.Length);
        EmbeddingList answer = new()
        {
            Data = [.. vectors.Select((vector, index) => new EmbeddingItem
            {
                Index = index, Embedding = new EmbeddingVector(vector, request.EncodingFormat == "base64"),
            })],
            Model = model.Name,
            Usage = new Usage { PromptTokens = tokens, TotalTokens = tokens },
        };
        await ServerJson.WriteAsync(context.Response, answer, cancellationToken);
    }

    private static float[][] EmbedAll(ServedEncoder model, int[][] ids, int? dimensions, CancellationToken cancellationToken)
    {
        try
        {
            return model.Encoder.Embed(ids, new EmbeddingOptions { Dimensions = dimensions }, cancellationToken);
        }
        catch (ArgumentException error)
        {
            throw RequestException.Invalid("model", error);
        }
    }

    private int[] IdsOf(TextInput input, int index, ServedEncoder model)
    {
        string field = $"input[{index}]";
        int[] ids;
        try
        {
            ids = input.Ids ?? [.. model.Encoder.Tokenizer.EncodeToIds(input.Text!)];
        }
        catch (ModelGenException error)
        {
            throw RequestException.Invalid(field, error.Message);
        }

        serving.Generation.CheckLength(ids.Length, model, field);
        return ids.Length > 0
            ? ids
            : throw RequestException.Invalid(field, $"{field} has no tokens: there is nothing that a vector could be made of.");
    }
}
