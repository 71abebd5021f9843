using System.Collections.Generic;
using System.Linq;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>: answers to a conversation.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class ChatCompletionsEndpoint(EndpointServices serving)
{
    private const int MostAlternatives = 20;

    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken) => await AnswerAsync(
        context, await ServerJson.ReadAsync(context.Request, ServerJson.Default.ChatRequest, cancellationToken), cancellationToken);

    /// <summary>Answers a request that was read.</summary>
    public async Task AnswerAsync(HttpContext context, ChatRequest request, CancellationToken cancellationToken)
    {
        ServedDecoder model = serving.Models.Find<ServedDecoder>(request.Model);
        PreparedChat chat = Prepare(model, request);
        int count = serving.Generation.ReadCount(request, prompts: 1);
        ChatAnswer[] answers = [.. Enumerable.Range(0, count).Select(number => new ChatAnswer(model.Engine, chat, number))];
        ChatForm form = new(
            EndpointServices.NewId("chatcmpl-"), EndpointServices.Now(), model.Name, model.Model.Info.Fingerprint, new TokenLogprobs(model.Model.Tokenizer));
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

    private static async Task<ChatCompletion> CompleteAsync(ChatForm form, ChatAnswer[] answers, CancellationToken cancellationToken)
    {
        ChatCompletionChoice[] choices =
            await AsyncStreams.ReadAllAsync(answers, (answer, token) => CompleteAsync(form, answer, token), cancellationToken);
        return new ChatCompletion
        {
            Id = form.Id,
            Created = form.Created,
            Model = form.Model,
            SystemFingerprint = form.Fingerprint,
            Choices = choices,
            Usage = UsageOf(answers),
        };
    }

    private static async Task<ChatCompletionChoice> CompleteAsync(ChatForm form, ChatAnswer answer, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        StringBuilder reasoning = new();
        List<ToolCall> calls = [];
        List<TokenLogprob>? logprobs = null;
        await foreach (AnswerPiece piece in answer.ReadAsync(cancellationToken))
        {
            switch (piece.Part.Kind)
            {
                case ChatAnswerPartKind.Text:
                    text.Append(piece.Part.Text);
                    break;
                case ChatAnswerPartKind.Reasoning:
                    reasoning.Append(piece.Part.Text);
                    break;
                case ChatAnswerPartKind.ToolCall:
                    calls.Add(ReadCall(piece.Part.ToolCall!, index: null));
                    break;
            }

            if (piece.Tokens is not null)
            {
                logprobs ??= [];
                logprobs.AddRange(piece.Tokens.Select(form.Logprobs.Of));
            }
        }

        return new ChatCompletionChoice
        {
            Index = answer.Number,
            Message = new ChatDelta
            {
                Role = "assistant",
                Content = text.Length == 0 && calls.Count > 0 ? null : text.ToString(),
                ReasoningContent = reasoning.Length > 0 ? reasoning.ToString() : null,
                ToolCalls = calls.Count > 0 ? calls : null,
            },
            Logprobs = logprobs is null ? null : new ChatLogprobs { Content = logprobs },
            FinishReason = answer.FinishReason,
        };
    }

    private static async IAsyncEnumerable<SseItem<object>> Stream(
        ChatForm form, ChatAnswer[] answers, bool includesUsage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerable<ChatChunkChoice>[] choices = [.. answers.Select(answer => Stream(form, answer, cancellationToken))];
        await foreach (ChatChunkChoice choice in AsyncStreams.Merge(choices, cancellationToken))
        {
            yield return new SseItem<object>(form.Chunk([choice]));
        }

        if (includesUsage)
        {
            yield return new SseItem<object>(form.Chunk([], UsageOf(answers)));
        }

        yield return EventStream.Done;
    }

    private static async IAsyncEnumerable<ChatChunkChoice> Stream(
        ChatForm form, ChatAnswer answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Who answers is said with the first piece: an engine that is full is an error before anything is written.
        string? role = "assistant";
        await foreach (AnswerPiece piece in answer.ReadAsync(cancellationToken))
        {
            yield return new ChatChunkChoice
            {
                Index = answer.Number,
                Delta = new ChatDelta
                {
                    Role = role,
                    Content = piece.Part.Kind == ChatAnswerPartKind.Text ? piece.Part.Text : null,
                    ReasoningContent = piece.Part.Kind == ChatAnswerPartKind.Reasoning ? piece.Part.Text : null,
                    ToolCalls = piece.Part.ToolCall is ChatToolCall call ? [ReadCall(call, answer.Calls - 1)] : null,
                },
                Logprobs = piece.Tokens is null ? null : new ChatLogprobs { Content = [.. piece.Tokens.Select(form.Logprobs.Of)] },
            };
            role = null;
        }

        yield return new ChatChunkChoice { Index = answer.Number, Delta = new ChatDelta { Role = role }, FinishReason = answer.FinishReason };
    }

    private static ToolCall ReadCall(ChatToolCall call, int? index) => new()
    {
        Index = index,
        Id = ChatAnswer.IdOf(call),
        Function = new FunctionCall { Name = call.Name, Arguments = call.Arguments.ToJsonString(PlainText) },
    };

    private static Usage UsageOf(ChatAnswer[] answers)
    {
        UsageCounter usage = new();
        foreach (ChatAnswer answer in answers)
        {
            usage.Add(answer.End!, isFirst: answer.Number == 0, answer.ReasoningTokens);
        }

        return usage.ToUsage();
    }

    private PreparedChat Prepare(ServedDecoder model, ChatRequest request)
    {
        if (request.Store == true)
        {
            throw RequestException.Invalid("store", "store is false: the server keeps nothing.");
        }

        GenerationReader.CheckStream(request.StreamOptions);
        if (request.Modalities?.Exists(kind => kind != "text") == true)
        {
            throw RequestException.Invalid("modalities", "modalities has text and nothing else.");
        }

        if (request.TopLogprobs is < 0 or > MostAlternatives || (request.TopLogprobs > 0 && request.Logprobs != true))
        {
            throw RequestException.Invalid("top_logprobs", $"top_logprobs is from 0 to {MostAlternatives}, and needs logprobs to be true.");
        }

        if (request.MaxTokens is not null && request.MaxCompletionTokens is not null && request.MaxTokens != request.MaxCompletionTokens)
        {
            throw RequestException.Invalid("max_tokens", "max_tokens and max_completion_tokens say different things; give one of them.");
        }

        GenerationOptions generation = serving.Generation.Read(
            request,
            request.MaxCompletionTokens ?? request.MaxTokens,
            request.MaxCompletionTokens is null ? "max_tokens" : "max_completion_tokens",
            model.VocabularySize);
        PreparedChat chat = ChatPreparation.Prepare(model, new ChatDemand
        {
            Messages = MessageReader.Read(request.Messages, ChatPreparation.TemplateOf(model).ToolCallForm),
            Tools = ToolReader.Read(request.Tools),
            Answer = new ChatAnswerOptions
            {
                ToolChoice = ToolReader.ReadChoice(request.ToolChoice),
                AllowSeveralCalls = request.ParallelToolCalls ?? true,
                JsonSchema = ChatPreparation.SchemaOf(
                    request.ResponseFormat?.Type, request.ResponseFormat?.JsonSchema?.Schema, "response_format"),
            },
            Generation = generation with { LogProbabilities = request.Logprobs == true, Alternatives = request.TopLogprobs ?? 0 },
            ReasoningEffort = request.ReasoningEffort,
            Variables = request.ChatTemplateKwargs,
            Field = "messages",
            FormatField = "response_format",
        });
        serving.Generation.CheckLength(chat.Prompt.Ids.Count, model, "messages");
        return chat;
    }

    /// <summary>What all pieces of the answers have in common.</summary>
    private sealed record ChatForm(string Id, long Created, string Model, string Fingerprint, TokenLogprobs Logprobs)
    {
        public ChatChunk Chunk(IReadOnlyList<ChatChunkChoice> choices, Usage? usage = null) => new()
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
