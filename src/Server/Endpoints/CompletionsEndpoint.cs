using System.Collections.Generic;
using System.Linq;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /v1/completions</c>: how texts go on.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class CompletionsEndpoint(EndpointServices serving)
{
    private const int MostAlternatives = 20;

    // As OpenAI's interface has it.
    private const int DefaultMaxTokens = 16;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken) => await AnswerAsync(
        context, await ServerJson.ReadAsync(context.Request, ServerJson.Default.CompletionRequest, cancellationToken), cancellationToken);

    /// <summary>Answers a request that was read.</summary>
    public async Task AnswerAsync(HttpContext context, CompletionRequest request, CancellationToken cancellationToken)
    {
        ServedDecoder model = serving.Models.Find<ServedDecoder>(request.Model);
        TextAnswer[] answers = Prepare(model, request);
        TextForm form = new(EndpointServices.NewId("cmpl-"), EndpointServices.Now(), model.Name, model.Model.Info.Fingerprint);
        if (request.Stream == true)
        {
            bool includesUsage = request.StreamOptions?.IncludeUsage == true;
            await EventStream.WriteAsync(
                context, Stream(form, answers, includesUsage, cancellationToken), serving.ErrorEvent, cancellationToken);
        }
        else
        {
            await ServerJson.WriteAsync(context.Response, await CompleteAsync(form, answers, cancellationToken), cancellationToken);
        }
    }

    private static async Task<Completion> CompleteAsync(TextForm form, TextAnswer[] answers, CancellationToken cancellationToken)
    {
        CompletionChoice[] choices = await AsyncStreams.ReadAllAsync(answers, CompleteAsync, cancellationToken);
        return form.Piece(choices, UsageOf(answers));
    }

    private static async Task<CompletionChoice> CompleteAsync(TextAnswer answer, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        CompletionLogprobs? logprobs = answer.CreateLogprobs();
        await foreach (GeneratedToken token in answer.ReadAsync(cancellationToken))
        {
            answer.AddTo(logprobs, token);
            text.Append(token.Text);
        }

        return new CompletionChoice { Text = text.ToString(), Index = answer.Index, Logprobs = logprobs, FinishReason = answer.FinishReason };
    }

    private static async IAsyncEnumerable<SseItem<object>> Stream(
        TextForm form, TextAnswer[] answers, bool includesUsage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerable<CompletionChoice>[] choices = [.. answers.Select(answer => Stream(answer, cancellationToken))];
        await foreach (CompletionChoice choice in AsyncStreams.Merge(choices, cancellationToken))
        {
            yield return new SseItem<object>(form.Piece([choice]));
        }

        if (includesUsage)
        {
            yield return new SseItem<object>(form.Piece([], UsageOf(answers)));
        }

        yield return EventStream.Done;
    }

    private static async IAsyncEnumerable<CompletionChoice> Stream(
        TextAnswer answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (GeneratedToken token in answer.ReadAsync(cancellationToken))
        {
            CompletionLogprobs? logprobs = answer.CreateLogprobs();
            answer.AddTo(logprobs, token);
            if (token.Text.Length > 0 || logprobs is not null)
            {
                yield return new CompletionChoice { Text = token.Text, Index = answer.Index, Logprobs = logprobs };
            }
        }

        yield return new CompletionChoice { Text = "", Index = answer.Index, FinishReason = answer.FinishReason };
    }

    private static Usage UsageOf(TextAnswer[] answers)
    {
        UsageCounter usage = new();
        foreach (TextAnswer answer in answers)
        {
            usage.Add(answer.End!, answer.Number == 0);
        }

        return usage.ToUsage();
    }

    private TextAnswer[] Prepare(ServedDecoder model, CompletionRequest request)
    {
        if (request.Suffix is not null)
        {
            throw RequestException.Invalid("suffix", "suffix is not read by models here; put the whole text into the prompt.");
        }

        if (request.BestOf is not null && request.BestOf != (request.N ?? 1))
        {
            throw RequestException.Invalid("best_of", "best_of is as large as n: all answers are given.");
        }

        if (request.Logprobs is < 0 or > MostAlternatives)
        {
            throw RequestException.Invalid("logprobs", $"logprobs is from 0 to {MostAlternatives}.");
        }

        GenerationReader.CheckStream(request.StreamOptions);
        GenerationOptions options = serving.Generation.Read(
            request, request.MaxTokens ?? DefaultMaxTokens, "max_tokens", model.VocabularySize) with
        {
            Echo = request.Echo == true,
            LogProbabilities = request.Logprobs is not null,
            Alternatives = request.Logprobs ?? 0,
        };
        List<TextInput> prompts = TextInput.ReadAll(request.Prompt, "prompt", serving.Options.MaxAnswers, model.VocabularySize);
        int count = serving.Generation.ReadCount(request, prompts.Count);
        List<TextAnswer> answers = [];
        foreach (TextInput prompt in prompts)
        {
            int[] ids = serving.Generation.EncodePrompt(prompt, model, "prompt");
            for (int number = 0; number < count; number++)
            {
                answers.Add(new TextAnswer(model, ids, options, answers.Count, number));
            }
        }

        return [.. answers];
    }

    /// <summary>What all pieces of the answers have in common.</summary>
    private sealed record TextForm(string Id, long Created, string Model, string Fingerprint)
    {
        public Completion Piece(IReadOnlyList<CompletionChoice> choices, Usage? usage = null) => new()
        {
            Id = Id,
            Created = Created,
            Model = Model,
            SystemFingerprint = Fingerprint,
            Choices = choices,
            Usage = usage,
        };
    }
}
