using System.Collections.Generic;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Contracts;

namespace ModelGen.Server.Answers;

/// <summary>
/// Puts a response together from the parts of an answer, and says what happens as events: an item begins, grows and is done, one after the
/// other.
/// </summary>
/// <param name="id">The response's.</param>
/// <param name="created">When it was asked for.</param>
/// <param name="head">What it repeats of the request; every response gets a copy.</param>
internal sealed class ResponseBuilder(string id, long created, JsonObject head)
{
    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<JsonObject> _items = [];
    private readonly StringBuilder _text = new();
    private readonly Queue<SseItem<object>> _events = [];
    private ChatAnswerPartKind? _open;
    private string _itemId = "";
    private int _sequence;

    /// <summary>The next event; false where there is none at the moment.</summary>
    public bool TryTake(out SseItem<object> item) => _events.TryDequeue(out item);

    /// <summary>It begins.</summary>
    public void Begin()
    {
        Say("response.created", new JsonObject { ["response"] = Create("in_progress") });
        Say("response.in_progress", new JsonObject { ["response"] = Create("in_progress") });
    }

    /// <summary>Takes in a part of the answer.</summary>
    public void Append(ChatAnswerPart part)
    {
        if (part.ToolCall is ChatToolCall call)
        {
            Close();
            AddCall(call);
            return;
        }

        if (_open != part.Kind)
        {
            Close();
            Open(part.Kind);
        }

        _text.Append(part.Text);
        Say(part.Kind == ChatAnswerPartKind.Text ? "response.output_text.delta" : "response.reasoning_text.delta", OfPart(new JsonObject
        {
            ["delta"] = part.Text,
        }));
    }

    /// <summary>It has ended.</summary>
    /// <param name="answer">How.</param>
    /// <param name="usage">What it took.</param>
    /// <returns>The response.</returns>
    public JsonObject Complete(ChatAnswer answer, Usage usage)
    {
        // An answer without a word is a message without one.
        if (_open is null && _items.Count == 0)
        {
            Open(ChatAnswerPartKind.Text);
        }

        Close();
        bool isWhole = answer.FinishReason != "length";
        JsonObject response = Create(isWhole ? "completed" : "incomplete");
        response["incomplete_details"] = isWhole ? null : new JsonObject { ["reason"] = "max_output_tokens" };
        response["usage"] = new JsonObject
        {
            ["input_tokens"] = usage.PromptTokens,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.PromptTokensDetails!.CachedTokens },
            ["output_tokens"] = usage.CompletionTokens,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.CompletionTokensDetails!.ReasoningTokens },
            ["total_tokens"] = usage.TotalTokens,
        };
        Say(isWhole ? "response.completed" : "response.incomplete", new JsonObject { ["response"] = response.DeepClone() });
        return response;
    }

    /// <summary>What is written of an error when it has begun.</summary>
    public SseItem<object> ErrorOf(ErrorDetail error)
    {
        const string Type = "error";
        return new SseItem<object>(
            new JsonObject
            {
                ["type"] = Type, ["code"] = error.Code, ["message"] = error.Message, ["param"] = error.Param, ["sequence_number"] = _sequence,
            },
            Type);
    }

    private JsonObject Create(string status)
    {
        JsonObject response = new()
        {
            ["id"] = id,
            ["object"] = "response",
            ["created_at"] = created,
            ["status"] = status,
            ["error"] = null,
            ["incomplete_details"] = null,
        };
        foreach ((string name, JsonNode? value) in head)
        {
            response[name] = value?.DeepClone();
        }

        JsonArray output = [];
        foreach (JsonObject item in _items)
        {
            output.Add(item.DeepClone());
        }

        response["output"] = output;
        response["usage"] = null;
        return response;
    }

    private void Open(ChatAnswerPartKind kind)
    {
        _open = kind;
        _text.Clear();
        _itemId = Endpoints.EndpointServices.NewId(kind == ChatAnswerPartKind.Text ? "msg_" : "rs_");
        Say("response.output_item.added", OfItem(new JsonObject { ["item"] = Item("in_progress", new JsonArray()) }));
        Say("response.content_part.added", OfPart(new JsonObject { ["part"] = Part("") }));
    }

    private void Close()
    {
        if (_open is not ChatAnswerPartKind kind)
        {
            return;
        }

        string text = _text.ToString();
        string type = kind == ChatAnswerPartKind.Text ? "response.output_text.done" : "response.reasoning_text.done";
        Say(type, OfPart(new JsonObject { ["text"] = text }));
        Say("response.content_part.done", OfPart(new JsonObject { ["part"] = Part(text) }));
        JsonObject item = Item("completed", new JsonArray(Part(text)));
        Say("response.output_item.done", OfItem(new JsonObject { ["item"] = item.DeepClone() }));
        _items.Add(item);
        _open = null;
    }

    private void AddCall(ChatToolCall call)
    {
        string arguments = call.Arguments.ToJsonString(PlainText);
        JsonObject item = new()
        {
            ["type"] = "function_call",
            ["id"] = _itemId = Endpoints.EndpointServices.NewId("fc_"),
            ["call_id"] = ChatAnswer.IdOf(call),
            ["name"] = call.Name,
            ["arguments"] = "",
            ["status"] = "in_progress",
        };
        Say("response.output_item.added", OfItem(new JsonObject { ["item"] = item.DeepClone() }));
        Say("response.function_call_arguments.delta", OfCall(new JsonObject { ["delta"] = arguments }));
        Say("response.function_call_arguments.done", OfCall(new JsonObject { ["name"] = call.Name, ["arguments"] = arguments }));
        item["arguments"] = arguments;
        item["status"] = "completed";
        Say("response.output_item.done", OfItem(new JsonObject { ["item"] = item.DeepClone() }));
        _items.Add(item);
    }

    private JsonObject Item(string status, JsonArray content) => _open == ChatAnswerPartKind.Text
        ? new JsonObject { ["type"] = "message", ["id"] = _itemId, ["status"] = status, ["role"] = "assistant", ["content"] = content }
        : new JsonObject
        {
            ["type"] = "reasoning", ["id"] = _itemId, ["status"] = status, ["summary"] = new JsonArray(), ["content"] = content,
        };

    private JsonObject Part(string text) => _open == ChatAnswerPartKind.Text
        ? new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() }
        : new JsonObject { ["type"] = "reasoning_text", ["text"] = text };

    private JsonObject OfItem(JsonObject data)
    {
        data["output_index"] = _items.Count;
        return data;
    }

    private JsonObject OfCall(JsonObject data)
    {
        data["item_id"] = _itemId;
        return OfItem(data);
    }

    private JsonObject OfPart(JsonObject data)
    {
        data["content_index"] = 0;
        if (_open == ChatAnswerPartKind.Text && (data.ContainsKey("delta") || data.ContainsKey("text")))
        {
            data["logprobs"] = new JsonArray();
        }

        return OfCall(data);
    }

    private void Say(string type, JsonObject data)
    {
        data["type"] = type;
        data["sequence_number"] = _sequence++;
        _events.Enqueue(new SseItem<object>(data, type));
    }
}
