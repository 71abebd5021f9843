using System.Collections.Generic;
using System.Linq;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary>
/// <c>POST /v1/responses</c>: an answer to a conversation, in the form of OpenAI's responses. Nothing is kept between two of them.
/// </summary>
/// <param name="serving">What it answers with.</param>
internal sealed class ResponsesEndpoint(EndpointServices serving)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ResponseRequest request = await ServerJson.ReadAsync(context.Request, ServerJson.Default.ResponseRequest, cancellationToken);
        Check(request);
        ServedDecoder model = serving.Models.Find<ServedDecoder>(request.Model);
        PreparedChat chat = Prepare(model, request);
        ChatAnswer answer = new(model.Engine, chat, number: 0);
        ResponseBuilder builder = new(EndpointServices.NewId("resp_"), EndpointServices.Now(), HeadOf(request, model, chat.Generation));
        if (request.Stream == true)
        {
            await EventStream.WriteAsync(
                context,
                Stream(builder, answer, cancellationToken),
                error => builder.ErrorOf(serving.Pipeline.ErrorOf(error).Body.Error),
                cancellationToken);
            return;
        }

        await foreach (AnswerPiece piece in answer.ReadAsync(cancellationToken))
        {
            builder.Append(piece.Part);
        }

        await ServerJson.WriteAsync(context.Response, builder.Complete(answer, UsageOf(answer)), cancellationToken);
    }

    private static async IAsyncEnumerable<SseItem<object>> Stream(
        ResponseBuilder builder, ChatAnswer answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // It begins with its first part: an engine that is full is an error before anything is written.
        bool hasBegun = false;
        await foreach (AnswerPiece piece in answer.ReadAsync(cancellationToken))
        {
            Begin();
            builder.Append(piece.Part);
            while (builder.TryTake(out SseItem<object> item))
            {
                yield return item;
            }
        }

        Begin();
        builder.Complete(answer, UsageOf(answer));
        while (builder.TryTake(out SseItem<object> item))
        {
            yield return item;
        }

        void Begin()
        {
            if (!hasBegun)
            {
                hasBegun = true;
                builder.Begin();
            }
        }
    }

    private static Usage UsageOf(ChatAnswer answer)
    {
        UsageCounter usage = new();
        usage.Add(answer.End!, isFirst: true, answer.ReasoningTokens);
        return usage.ToUsage();
    }

    private static void Check(ResponseRequest request)
    {
        Refuse(request.Store == true, "store", "store is false: the server keeps nothing.");
        Refuse(
            request.PreviousResponseId is not null,
            "previous_response_id",
            "The server keeps no responses: give the whole conversation as input.");
        Refuse(request.Conversation is not null, "conversation", "The server keeps no conversations: give the whole conversation as input.");
        Refuse(request.Background == true, "background", "background is false: a response is answered when it is asked for.");
        Refuse(request.Include is { Count: > 0 }, "include", "include is empty: there is nothing to answer beside.");
        Refuse(request.Truncation is not (null or "disabled"), "truncation", "truncation is disabled: what does not fit is an error.");
        Refuse(
            request.Reasoning?.Summary is not (null or "auto"),
            "reasoning.summary",
            "reasoning.summary is auto: what the model thinks is given whole.");
        Refuse(request.StreamOptions?.IncludeUsage is not null, "stream_options.include_usage", "Responses have their usage in any case.");
        GenerationReader.CheckStream(request.StreamOptions);
    }

    private static void Refuse(bool condition, string field, string message)
    {
        if (condition)
        {
            throw RequestException.Invalid(field, message);
        }
    }

    private static JsonObject HeadOf(ResponseRequest request, ServedDecoder model, GenerationOptions generation) => new()
    {
        ["background"] = false,
        ["instructions"] = request.Instructions,
        ["max_output_tokens"] = request.MaxOutputTokens,
        ["metadata"] = request.Metadata?.DeepClone() ?? new JsonObject(),
        ["model"] = model.Name,
        ["parallel_tool_calls"] = request.ParallelToolCalls ?? true,
        ["previous_response_id"] = null,
        ["reasoning"] = new JsonObject { ["effort"] = request.Reasoning?.Effort, ["summary"] = null },
        ["store"] = false,
        ["temperature"] = generation.Temperature,
        ["text"] = new JsonObject { ["format"] = FormatOf(request.Text?.Format) },
        ["tool_choice"] = request.ToolChoice is JsonElement choice ? JsonNode.Parse(choice.GetRawText()) : "auto",
        ["tools"] = new JsonArray([.. (request.Tools ?? []).Select(tool => tool.DeepClone())]),
        ["top_p"] = generation.TopP,
        ["truncation"] = "disabled",
        ["user"] = request.User,
    };

    private static JsonObject FormatOf(ResponseTextFormat? format)
    {
        JsonObject json = new() { ["type"] = format?.Type ?? "text" };
        if (format?.Schema is JsonElement schema)
        {
            json["name"] = format.Name;
            json["schema"] = JsonNode.Parse(schema.GetRawText());
            json["strict"] = format.Strict;
        }

        return json;
    }

    private PreparedChat Prepare(ServedDecoder model, ResponseRequest request)
    {
        ChatSampling sampling = new() { Temperature = request.Temperature, TopP = request.TopP };
        PreparedChat chat = ChatPreparation.Prepare(model, new ChatDemand
        {
            Messages = MessageReader.Read(
                ResponseInput.Read(request.Input, request.Instructions), ChatPreparation.TemplateOf(model).ToolCallForm, "input"),
            Tools = ToolReader.Read(ToolReader.FromResponses(request.Tools)),
            Answer = new ChatAnswerOptions
            {
                ToolChoice = ToolReader.ReadChoice(request.ToolChoice),
                AllowSeveralCalls = request.ParallelToolCalls ?? true,
                JsonSchema = ChatPreparation.SchemaOf(request.Text?.Format?.Type, request.Text?.Format?.Schema, "text.format"),
            },
            Generation = serving.Generation.Read(sampling, request.MaxOutputTokens, "max_output_tokens", model.VocabularySize),
            ReasoningEffort = request.Reasoning?.Effort,
            Field = "input",
            FormatField = "text.format",
        });
        serving.Generation.CheckLength(chat.Prompt.Ids.Count, model, "input");
        return chat;
    }

    /// <summary>How a response's tokens are drawn, in the fields of all requests for text.</summary>
    private sealed class ChatSampling : GenerationRequest;
}
