using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary>How a text goes on, in the form of SageMaker's containers for large models: inputs, parameters, and lines of JSON.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class TextGenerationEndpoint(EndpointServices serving)
{
    // As those containers have it.
    private const int DefaultMaxTokens = 30;

    /// <summary>Answers a request that was read.</summary>
    public async Task AnswerAsync(HttpContext context, TextGenerationRequest request, CancellationToken cancellationToken)
    {
        ServedDecoder model = serving.Models.Find<ServedDecoder>(null);
        TextGenerationParameters parameters = request.Parameters ?? new TextGenerationParameters();
        GenerationOptions options = Read(model, parameters);
        int[] ids = serving.Generation.EncodePrompt(new TextInput(request.Inputs, null), model, "inputs");
        TextAnswer answer = new(model, ids, options, index: 0, number: 0);
        if (request.Stream == true)
        {
            await EventStream.WriteLinesAsync(
                context, Stream(answer, request, cancellationToken), error => serving.Pipeline.ErrorOf(error).Body, cancellationToken);
            return;
        }

        StringBuilder text = new(parameters.ReturnFullText == true ? request.Inputs : "");
        List<TextGenerationToken> tokens = [];
        await foreach (GeneratedToken token in answer.ReadAsync(cancellationToken))
        {
            text.Append(token.Text);
            tokens.Add(TokenOf(token));
        }

        TextGeneration generation = new()
        {
            GeneratedText = text.ToString(),
            Details = parameters.Details == true ? DetailsOf(answer.End!, request.Inputs, tokens) : null,
        };
        await ServerJson.WriteAsync(context.Response, generation, cancellationToken);
    }

    // A token is held until it is known whether it is the last: with that one comes the whole.
    private static async IAsyncEnumerable<object> Stream(
        TextAnswer answer, TextGenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StringBuilder text = new(request.Parameters?.ReturnFullText == true ? request.Inputs : "");
        TextGenerationToken? last = null;
        await foreach (GeneratedToken token in answer.ReadAsync(cancellationToken))
        {
            if (last is not null)
            {
                yield return new TextGenerationPiece { Token = last };
            }

            text.Append(token.Text);
            last = TokenOf(token);
        }

        yield return new TextGenerationPiece
        {
            Token = last ?? TokenOf(answer.End!.EndToken ?? default),
            GeneratedText = text.ToString(),
            Details = DetailsOf(answer.End!, request.Inputs, tokens: null),
        };
    }

    private static TextGenerationToken TokenOf(GeneratedToken token) => new()
    {
        Id = token.Id, Text = token.Text, LogProb = token.LogProbability ?? 0,
    };

    private static TextGenerationDetails DetailsOf(GenerationEnd end, string inputs, IReadOnlyList<TextGenerationToken>? tokens) => new()
    {
        FinishReason = end.Reason switch
        {
            GenerationEndReason.TokenLimit or GenerationEndReason.ContextFull => "length",
            GenerationEndReason.StopSequence => "stop_sequence",
            _ => "eos_token",
        },
        GeneratedTokens = end.GeneratedTokens,
        Inputs = inputs,
        Tokens = tokens,
    };

    private GenerationOptions Read(ServedDecoder model, TextGenerationParameters parameters)
    {
        bool samples = parameters.DoSample ?? parameters is not { Temperature: null, TopK: null, TopP: null, MinP: null };
        Sampling sampling = new()
        {
            Temperature = samples ? parameters.Temperature : 0,
            RepetitionPenalty = parameters.RepetitionPenalty,
            FrequencyPenalty = parameters.FrequencyPenalty,
            PresencePenalty = parameters.PresencePenalty,
            TopK = parameters.TopK,
            TopP = parameters.TopP,
            MinP = parameters.MinP,
            Seed = parameters.Seed,
            Stop = parameters.StopSequences is null
                ? null
                : JsonSerializer.SerializeToElement(parameters.StopSequences, ServerJson.Default.ListString),
        };
        return serving.Generation.Read(sampling, parameters.MaxNewTokens ?? DefaultMaxTokens, "max_new_tokens", model.VocabularySize) with
        {
            LogProbabilities = true,
        };
    }

    /// <summary>How the tokens are drawn, in the fields of all requests for text.</summary>
    private sealed class Sampling : GenerationRequest;
}
