using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Serving;
using ModelGen.Sessions;

namespace ModelGen;

/// <summary>
/// Answers many requests at once with one model: at every step those that are being answered go through the weights together, and requests join
/// and leave between two steps. Each answer is, to the bit, what a session alone would give.
/// </summary>
/// <remarks>
/// Safe for use by several threads. One thread of the engine's own does the work while there is any. A request is made when the first of its
/// tokens is asked for, and given up when the enumeration is left.
/// </remarks>
public sealed class Engine : IDisposable, IAsyncDisposable
{
    // Names of OpenTelemetry.
    private const string Completion = "text_completion";
    private const string Conversation = "chat";

    private readonly EngineLoop _loop;

    internal Engine(EngineLoop loop, CompiledDecoder model)
    {
        _loop = loop;
        Model = model;
    }

    /// <summary>The model that answers. Whoever loaded it disposes it; the engine keeps what it needs of it.</summary>
    public CompiledDecoder Model { get; }

    /// <summary>What the engine is doing.</summary>
    public EngineStatistics Statistics => _loop.GetStatistics();

    /// <summary>Generates how a text goes on, piece by piece.</summary>
    /// <param name="prompt">Any text. Text of control tokens in it is read as plain text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="request">How the engine treats the request; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Pieces of text, none of them empty.</returns>
    /// <inheritdoc cref="GenerateTokensAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>
    public IAsyncEnumerable<string> GenerateAsync(
        string prompt,
        GenerationOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(Encode(prompt), options, request, isScored: false, Completion, cancellationToken).Texts();

    /// <param name="prompt">Ids of the vocabulary, as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>
    /// <param name="options"/>
    /// <param name="request"/>
    /// <param name="cancellationToken"/>
    public IAsyncEnumerable<string> GenerateAsync(
        ReadOnlyMemory<int> prompt,
        GenerationOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(prompt.ToArray(), options, request, isScored: false, Completion, cancellationToken).Texts();

    /// <summary>
    /// As <see cref="GenerateAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>, token by token: each with its
    /// text, how likely it was, and on request the most likely tokens in its place. How generation ended, and what it took, is said at the end.
    /// </summary>
    /// <remarks>
    /// <para>Arguments are checked at the call. The request is made when the first token is asked for: an <see cref="EngineFullException"/>
    /// comes before any token. Tokens that nobody has taken yet are kept; a slow reader holds nobody up.</para>
    /// <para>The times of <see cref="GeneratedTokenStream.End"/> are those of the steps that the request had a part in, and other requests with
    /// it. <see cref="GenerationOptions.LogitProcessors"/> are called from the engine's thread.</para>
    /// </remarks>
    /// <param name="prompt">Any text. Text of control tokens in it is read as plain text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="request">How the engine treats the request; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Tokens, as <see cref="Session.GenerateTokensAsync(string, GenerationOptions?, CancellationToken)"/> of an empty session gives
    /// them.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, or an option is not valid.</exception>
    /// <exception cref="ContextFullException">The prompt does not fit into the context.</exception>
    /// <exception cref="ModelGenException">The vocabulary cannot write the prompt; while enumerating: the model's logits are not numbers, or
    /// what is remembered of the text does not fit into <see cref="EngineOptions.MemoryLimit"/>.</exception>
    /// <exception cref="EngineFullException">While enumerating: too many requests wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed, before or while enumerating.</exception>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    public GeneratedTokenStream GenerateTokensAsync(
        string prompt,
        GenerationOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(Encode(prompt), options, request, isScored: true, Completion, cancellationToken);

    /// <param name="prompt">Ids of the vocabulary, as they stand; no BOS is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <inheritdoc cref="GenerateTokensAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>
    /// <param name="options"/>
    /// <param name="request"/>
    /// <param name="cancellationToken"/>
    public GeneratedTokenStream GenerateTokensAsync(
        ReadOnlyMemory<int> prompt,
        GenerationOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(prompt.ToArray(), options, request, isScored: true, Completion, cancellationToken);

    /// <summary>Answers a conversation, piece by piece, as <see cref="Session.ChatAsync"/> of an empty session does.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <param name="request">How the engine treats the request; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Pieces of text, none of them empty.</returns>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    /// <inheritdoc cref="GenerateTokensAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>
    public IAsyncEnumerable<string> ChatAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(Encode(messages, options), options?.Generation, request, isScored: false, Conversation, cancellationToken).Texts();

    /// <summary>As <see cref="ChatAsync"/>, token by token.</summary>
    /// <returns>Tokens, whose texts are together the answer.</returns>
    /// <inheritdoc cref="ChatAsync"/>
    public GeneratedTokenStream ChatTokensAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default) =>
        Request(Encode(messages, options), options?.Generation, request, isScored: true, Conversation, cancellationToken);

    /// <summary>
    /// As <see cref="ChatTokensAsync(IEnumerable{ChatMessage}, ChatOptions?, EngineRequestOptions?, CancellationToken)"/>, of a conversation
    /// that its template has written.
    /// </summary>
    /// <param name="prompt">What the template wrote (<see cref="ChatTemplate.CreatePrompt"/>).</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="request">How the engine treats the request; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Tokens, which <see cref="ChatPrompt.CreateReader"/> tells text, reasoning and calls of tools apart in.</returns>
    /// <inheritdoc cref="GenerateTokensAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>
    public GeneratedTokenStream ChatTokensAsync(
        ChatPrompt prompt,
        GenerationOptions? options = null,
        EngineRequestOptions? request = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Request([.. prompt.Ids], options, request, isScored: true, Conversation, cancellationToken);
    }

    /// <summary>
    /// Ends all requests with an <see cref="ObjectDisposedException"/>, waits for the step that is under way, and frees the memory.
    /// </summary>
    public void Dispose() => _loop.Dispose();

    /// <summary>As <see cref="Dispose"/>, without holding the caller's thread up.</summary>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private int[] Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return PromptPlacer.EncodeAtStart(prompt, Model.Tokenizer);
    }

    private int[] Encode(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        options ??= new ChatOptions();
        return PromptPlacer.Encode(messages, options, Model.ChatTemplate);
    }

    private GeneratedTokenStream Request(
        int[] prompt,
        GenerationOptions? options,
        EngineRequestOptions? request,
        bool isScored,
        string operation,
        CancellationToken cancellationToken)
    {
        _loop.ThrowIfDisposed();
        options ??= new GenerationOptions();
        ModelInfo info = Model.Info;
        options.Validate(int.Min(Model.Tokenizer.VocabularySize, info.VocabularySize));
        options.DraftModel?.CheckVocabulary(Model.Tokenizer);
        PromptPlacer.Check(prompt, info);
        GenerationOptions own = options.Copy();
        EngineRequestOptions treatment = request ?? new EngineRequestOptions();

        // What a grammar takes to be made ready is not to hold up those that are being answered.
        own.Grammar?.CreateCursor(Model.Tokenizer);
        bool asksForScores = isScored && own.LogProbabilities;
        return new GeneratedTokenStream(
            () => _loop.Add(
                new EngineRequest(_loop, prompt, own, treatment, asksForScores, new RequestTelemetry(info.Name, operation, own))),
            cancellationToken);
    }
}
