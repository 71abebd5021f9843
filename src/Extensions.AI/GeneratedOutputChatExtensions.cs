using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.Output;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.Extensions.AI;

/// <summary>Answers of chat clients as values of types that carry <see cref="GeneratedOutputAttribute"/>, without reflection.</summary>
public static class GeneratedOutputChatExtensions
{
    /// <summary>Answers a conversation with a value of a type: its JSON Schema is the response format.</summary>
    /// <typeparam name="T">A type that carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
    /// <param name="client">Any client whose answers follow a response format, with the functions that it may call.</param>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">The call's options, without a response format; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The options have a response format.</exception>
    /// <exception cref="IncompleteOutputException">A limit ended the answer before the value was complete.</exception>
    /// <exception cref="ModelGenException">The answer is not JSON of the type.</exception>
    public static async Task<T> GetOutputAsync<T>(
        this IChatClient client, IEnumerable<Message> messages, CallOptions? options = null, CancellationToken cancellationToken = default)
        where T : IGeneratedOutput<T>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(messages);
        CallOptions own = options?.Clone() ?? new CallOptions();
        own.ResponseFormat = own.ResponseFormat is null
            ? FormatOf<T>()
            : throw new ArgumentException($"ResponseFormat is set, and '{typeof(T).Name}' has one of its own; leave it null.", nameof(options));
        ChatResponse response = await client.GetResponseAsync(messages, own, cancellationToken).ConfigureAwait(false);
        return response.FinishReason == ChatFinishReason.Length
            ? throw new IncompleteOutputException(response.Text)
            : OutputText.Read<T>(Encoding.UTF8.GetBytes(response.Text));
    }

    /// <summary>The same of one question.</summary>
    /// <inheritdoc cref="GetOutputAsync{T}(IChatClient, IEnumerable{Message}, CallOptions, CancellationToken)"/>
    /// <param name="client"/>
    /// <param name="question">What the user says.</param>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public static Task<T> GetOutputAsync<T>(
        this IChatClient client, string question, CallOptions? options = null, CancellationToken cancellationToken = default)
        where T : IGeneratedOutput<T>
    {
        ArgumentNullException.ThrowIfNull(question);
        return client.GetOutputAsync<T>([new Message(ChatRole.User, question)], options, cancellationToken);
    }

    private static ChatResponseFormatJson FormatOf<T>()
        where T : IGeneratedOutput<T>
    {
        using JsonDocument schema = JsonDocument.Parse(T.JsonSchema);
        return ChatResponseFormat.ForJsonSchema(schema.RootElement.Clone(), typeof(T).Name);
    }
}
