using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.Extensions.AI;

/// <summary>A compiled decoder as a chat client.</summary>
internal sealed class CompiledChatClient : IChatClient
{
    private const string ProviderName = "modelgen";

    private readonly CompiledDecoder _model;
    private readonly ChatOptions _options;
    private readonly bool _ownsModel;
    private readonly ChatClientMetadata _metadata;
    private readonly SessionPool _sessions;
    private readonly AnswerGrammars _grammars = new();

    public CompiledChatClient(CompiledDecoder model, ChatOptions options, bool ownsModel)
    {
        if ((options.Template ?? model.ChatTemplate) is null)
        {
            throw new ModelGenException(
                $"{model.Info.Name ?? "The model"} has no chat template that was compiled; name one in the project (GgufModel's ChatTemplate).");
        }

        _model = model;
        _options = options;
        _ownsModel = ownsModel;
        _metadata = new ChatClientMetadata(ProviderName, providerUri: null, model.Info.Name);
        _sessions = new SessionPool(model);
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
        ChatRequest request = ChatRequest.Create(messages, options, own, own.Template ?? _model.ChatTemplate!);
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
            : serviceType.IsInstanceOfType(_model) ? _model
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : null;
    }

    public void Dispose()
    {
        _sessions.Dispose();
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Answer(
        ChatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (ChatPrompt prompt, GenerationOptions generation) = await Task.Run(() => Prepare(request), cancellationToken).ConfigureAwait(false);
        using SessionPool.Loan loan = _sessions.Rent(prompt.Ids);
        GeneratedTokenStream tokens = loan.Generate(generation, cancellationToken);
        AnswerUpdates updates = new(prompt.CreateReader(request.Answer), request.GivesReasoning, _metadata.DefaultModelId);
        await foreach (GeneratedToken token in tokens.ConfigureAwait(false))
        {
            if (!token.IsPrompt)
            {
                updates.Append(token);
                while (updates.TryTake(out ChatResponseUpdate? update))
                {
                    yield return update;
                }
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
