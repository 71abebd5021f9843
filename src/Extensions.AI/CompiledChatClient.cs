using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.Extensions.AI;

/// <summary>A compiled decoder as a chat client: each call is a request to an engine.</summary>
internal sealed class CompiledChatClient : IChatClient
{
    private const string ProviderName = "modelgen";

    private readonly Engine _engine;
    private readonly ChatOptions _options;
    private readonly EngineRequestOptions? _requests;
    private readonly IDisposable[] _owned;
    private readonly ChatClientMetadata _metadata;
    private readonly AnswerGrammars _grammars = new();

    /// <param name="engine">What answers. Its model has a template, or the options do.</param>
    /// <param name="options">What counts where a call does not say.</param>
    /// <param name="requests">How the engine treats the calls; null for the defaults.</param>
    /// <param name="owned">Disposed with the client, in this order.</param>
    public CompiledChatClient(Engine engine, ChatOptions options, EngineRequestOptions? requests, params IDisposable[] owned)
    {
        _engine = engine;
        _options = options;
        _requests = requests;
        _owned = owned;
        _metadata = new ChatClientMetadata(ProviderName, providerUri: null, engine.Model.Info.Name);
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<Message> messages, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Message> messages, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // Here, on the caller's thread: what it gives may be changed when the call has returned.
        ChatOptions own = options?.RawRepresentationFactory?.Invoke(this) as ChatOptions ?? _options;
        ChatRequest request = ChatRequest.Create(messages, options, own, own.Template ?? _engine.Model.ChatTemplate!);
        return Answer(request, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_engine) ? _engine
            : serviceType.IsInstanceOfType(_engine.Model) ? _engine.Model
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : null;
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Answer(
        ChatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (ChatPrompt prompt, GenerationOptions generation) = await Task.Run(() => Prepare(request), cancellationToken).ConfigureAwait(false);
        GeneratedTokenStream tokens = _engine.ChatTokensAsync(prompt, generation, _requests, cancellationToken);
        AnswerUpdates updates = new(prompt.CreateReader(request.Answer), request.GivesReasoning, _metadata.DefaultModelId);
        await foreach (GeneratedToken token in tokens.ConfigureAwait(false))
        {
            updates.Append(token);
            while (updates.TryTake(out ChatResponseUpdate? update))
            {
                yield return update;
            }
        }

        updates.Complete();
        while (updates.TryTake(out ChatResponseUpdate? update))
        {
            yield return update;
        }

        yield return updates.End(tokens.End!);
    }

    private (ChatPrompt Prompt, GenerationOptions Generation) Prepare(ChatRequest request)
    {
        ChatPrompt prompt = request.Template.CreatePrompt(request.Messages, request.Rendering, request.ParseSpecialTokensInContent);
        Grammar? grammar = _grammars.Of(request, prompt);
        if (grammar is not null && request.Generation.Grammar is not null)
        {
            throw new ArgumentException(
                "The generation options have a grammar, and the response format, the tools or the reasoning options ask for one of their own; leave one "
                + "away.");
        }

        return (prompt, grammar is null ? request.Generation : request.Generation with { Grammar = grammar });
    }
}
