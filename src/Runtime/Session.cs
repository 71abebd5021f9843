using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using ModelGen.Execution;
using ModelGen.Generation;
using ModelGen.Output;
using ModelGen.Sessions;

namespace ModelGen;

/// <summary>
/// One text that a model reads and continues: the tokens so far, with the keys and values that belong to them. Sessions of one model are
/// independent of each other; one session serves one call at a time.
/// </summary>
/// <remarks>
/// Whatever a call throws, the session can be used on. It is as it was before the call; an enumeration that throws leaves what its
/// completed steps appended. A call that comes in while another one is running throws <see cref="InvalidOperationException"/>.
/// Spans that a session gives out are over managed memory. The next call may overwrite what they show, but they can be read for as long as they
/// are kept, whether or not the session was disposed or collected.
/// </remarks>
public sealed partial class Session : IDisposable
{
    private readonly SessionTurns _turns;
    private readonly SessionText _text;
    private readonly PromptPlacer _placer;
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _chatTemplate;
    private readonly string _fingerprint;

    /// <param name="sequence">What the model remembers, nothing yet; the session takes it over.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="fingerprint">Which model it is, for saved sessions.</param>
    /// <param name="chatTemplate">The model's chat template; null where it has none.</param>
    internal Session(Sequence sequence, Tokenizer tokenizer, string fingerprint = "", ChatTemplate? chatTemplate = null)
        : this(sequence, new SessionText(sequence), tokenizer, fingerprint, chatTemplate)
    {
    }

    private Session(Sequence sequence, SessionText text, Tokenizer tokenizer, string fingerprint, ChatTemplate? chatTemplate)
    {
        _fingerprint = fingerprint;
        _turns = new SessionTurns(sequence);
        _text = text;
        _placer = new PromptPlacer(text, tokenizer);
        _tokenizer = tokenizer;
        _chatTemplate = chatTemplate;
    }

    /// <summary>
    /// Number of tokens of the text so far: prompts, evaluated tokens and generated tokens. The token that was generated last may not have
    /// been evaluated yet; that is made up for by the next call.
    /// </summary>
    public int Position => _text.Position;

    /// <summary>
    /// Ids of the text so far, <see cref="Position"/> of them: what follows a prompt is what was generated. The next call may overwrite them.
    /// </summary>
    public ReadOnlySpan<int> Tokens => _text.Tokens;

    /// <summary>Most tokens that the session holds.</summary>
    public int ContextLength => _text.ContextLength;

    /// <summary>Appends tokens to the text and evaluates them.</summary>
    /// <param name="tokens">Ids of the vocabulary, at least one. No BOS is added.</param>
    /// <returns>Logits [vocabulary] after the last token: the higher, the more likely that id is next. The session's next call overwrites them;
    /// nothing else does, and they outlive the session.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <exception cref="ContextFullException">The tokens do not fit.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        CheckTokens(tokens);
        return _text.Append(tokens, nameof(tokens), CancellationToken.None);
    }

    /// <summary>
    /// Appends tokens to the text and evaluates them, with the logits after each of them: what a model makes of a text, for perplexities and
    /// for scoring answers.
    /// </summary>
    /// <remarks>
    /// <code>
    /// foreach (ReadOnlySpan&lt;float&gt; logits in session.EvaluateAll(tokens)) …
    /// </code>
    /// Tokens are appended as the enumeration comes to them, some dozens at a time; one that is left early has appended those. A session that is
    /// asked for the first time takes the memory for their logits.
    /// </remarks>
    /// <param name="tokens">Ids of the vocabulary, at least one. No BOS is added. The span is read until the enumeration ends.</param>
    /// <returns>Logits [vocabulary] a token, to the bit those that <see cref="Evaluate"/> gives after it.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <exception cref="ContextFullException">The tokens do not fit.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public EvaluatedTokens EvaluateAll(ReadOnlySpan<int> tokens)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        CheckTokens(tokens);
        _text.CheckIds(tokens, nameof(tokens));
        return new EvaluatedTokens(_turns, _text, tokens);
    }

    /// <summary>
    /// Forgets all tokens from <paramref name="position"/> on. What comes before stays evaluated. Layers with a window have forgotten what is
    /// before it: where a token at the position would look back to that, the next call evaluates the text from its start again.
    /// </summary>
    /// <param name="position">0 (an empty text) to <see cref="Position"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="position"/> is negative or past the end.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Rewind(int position)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        if (position < 0 || position > _text.Position)
        {
            throw new ArgumentOutOfRangeException(
                nameof(position), position, $"The session can be rewound to 0 to {_text.Position}, its position.");
        }

        _text.Truncate(position);
    }

    /// <summary>Appends a prompt to the text and generates how it goes on, piece by piece.</summary>
    /// <remarks>
    /// <para>The prompt is appended as it stands: BOS, and the space that some vocabularies want in front of a text, go in front of it only
    /// where the text starts. An empty prompt goes on from where the text ends. Text of control tokens in the prompt is read as plain text;
    /// encode with <see cref="Tokenizer.EncodeToIds(string, bool, bool)"/> and pass the ids to have them read.</para>
    /// <para>Generation ends after <see cref="GenerationOptions.MaxTokens"/> tokens, at a token that ends it, at a stop sequence, where a
    /// processor ends it, where its grammar lets nothing follow, and when the context is full. Pieces are whole characters, and together they
    /// are exactly the generated text. Afterwards the session holds the prompt and every generated token, without the token that ended
    /// generation and without tokens whose text starts inside the stop sequence: what a next prompt goes on from is what was returned. Leaving
    /// the enumeration early keeps the tokens generated until then, those included that were held back because a stop sequence might begin in
    /// them.</para>
    /// <para>Arguments are checked at the call; nothing is evaluated before the first piece is asked for. Enumerating again appends the
    /// prompt again.</para>
    /// </remarks>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <returns>Pieces of text, none of them empty.</returns>
    /// <exception cref="ArgumentException">The prompt is empty and so is the session, or an option is not valid.</exception>
    /// <exception cref="ContextFullException">The prompt does not fit.</exception>
    /// <exception cref="ModelGenException">The vocabulary cannot write the prompt;
    /// while enumerating: the model's logits are not numbers.</exception>
    /// <exception cref="InvalidOperationException">Another call is running or, while enumerating, changed the session.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public IEnumerable<string> Generate(string prompt, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Prepare(() => _placer.AtEnd(prompt), options).Texts();
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="Generate(string, GenerationOptions?)"/>
    /// <param name="options"/>
    public IEnumerable<string> Generate(IReadOnlyList<int> promptIds, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        int[] ids = [.. promptIds];
        return Prepare(() => _placer.AtEnd(ids), options).Texts();
    }

    /// <summary>
    /// As <see cref="Generate(string, GenerationOptions?)"/>, with every step on the thread pool.
    /// </summary>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="Generate(string, GenerationOptions?)"/>
    public IAsyncEnumerable<string> GenerateAsync(
        string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Prepare(() => _placer.AtEnd(prompt), options).Stream(cancellationToken).Texts();
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateAsync(string, GenerationOptions?, CancellationToken)"/>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public IAsyncEnumerable<string> GenerateAsync(
        IReadOnlyList<int> promptIds, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        int[] ids = [.. promptIds];
        return Prepare(() => _placer.AtEnd(ids), options).Stream(cancellationToken).Texts();
    }

    /// <summary>
    /// As <see cref="Generate(string, GenerationOptions?)"/>, token by token: each with its text, how likely it was, and on request the most
    /// likely tokens in its place. How generation ended, and what it took, is said at the end.
    /// </summary>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <returns>Tokens, whose texts are together what <see cref="Generate(string, GenerationOptions?)"/> gives.</returns>
    /// <inheritdoc cref="Generate(string, GenerationOptions?)"/>
    public GeneratedTokens GenerateTokens(string prompt, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new GeneratedTokens(Prepare(() => _placer.AtEnd(prompt), options, isScored: true));
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateTokens(string, GenerationOptions?)"/>
    /// <param name="options"/>
    public GeneratedTokens GenerateTokens(IReadOnlyList<int> promptIds, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        int[] ids = [.. promptIds];
        return new GeneratedTokens(Prepare(() => _placer.AtEnd(ids), options, isScored: true));
    }

    /// <summary>As <see cref="GenerateTokens(string, GenerationOptions?)"/>, with every step on the thread pool.</summary>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="GenerateTokens(string, GenerationOptions?)"/>
    public GeneratedTokenStream GenerateTokensAsync(
        string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Prepare(() => _placer.AtEnd(prompt), options, isScored: true).Stream(cancellationToken);
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateTokensAsync(string, GenerationOptions?, CancellationToken)"/>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public GeneratedTokenStream GenerateTokensAsync(
        IReadOnlyList<int> promptIds, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        int[] ids = [.. promptIds];
        return Prepare(() => _placer.AtEnd(ids), options, isScored: true).Stream(cancellationToken);
    }

    /// <summary>Answers a conversation, piece by piece: makes its text the session's and generates how it goes on.</summary>
    /// <remarks>
    /// <para>The messages are the whole conversation each time. What the session holds of its text already, such as the turns before the last
    /// one, stays evaluated; the session is rewound to where the two part, and only what is new is evaluated.</para>
    /// <para>Text of messages is never read as control tokens, so that no user can forge a turn
    /// (<see cref="ChatOptions.ParseSpecialTokensInContent"/>). Generation ends as in <see cref="Generate(string, GenerationOptions?)"/>.</para>
    /// <para>Arguments are checked at the call; the session changes when the first piece is asked for.</para>
    /// </remarks>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <returns>Pieces of the answer, none of them empty.</returns>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="ChatTemplateException">The model's template refuses the conversation.</exception>
    /// <exception cref="ContextFullException">The conversation does not fit.</exception>
    /// <exception cref="ModelGenException">The model has no chat template, or its vocabulary cannot write the text;
    /// while enumerating: the model's logits are not numbers.</exception>
    /// <exception cref="InvalidOperationException">Another call is running or, while enumerating, changed the session.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public IEnumerable<string> Chat(IEnumerable<ChatMessage> messages, ChatOptions? options = null) =>
        PrepareChat(messages, options).Texts();

    /// <summary>As <see cref="Chat"/>, with every step on the thread pool.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="Chat"/>
    public IAsyncEnumerable<string> ChatAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        PrepareChat(messages, options).Stream(cancellationToken).Texts();

    /// <summary>As <see cref="Chat"/>, token by token, as <see cref="GenerateTokens(string, GenerationOptions?)"/> gives them.</summary>
    /// <returns>Tokens, whose texts are together the answer.</returns>
    /// <inheritdoc cref="Chat"/>
    public GeneratedTokens ChatTokens(IEnumerable<ChatMessage> messages, ChatOptions? options = null) =>
        new(PrepareChat(messages, options, isScored: true));

    /// <summary>As <see cref="ChatTokens"/>, with every step on the thread pool.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="ChatTokens"/>
    public GeneratedTokenStream ChatTokensAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        PrepareChat(messages, options, isScored: true).Stream(cancellationToken);

    /// <summary>Appends a prompt to the text and generates a value of a type: the model can choose only what is JSON of the type.</summary>
    /// <remarks>
    /// <code>
    /// Recipe recipe = session.Generate&lt;Recipe&gt;($"A soup, as JSON of this schema: {Recipe.JsonSchema}\n");
    /// </code>
    /// Generation is as in <see cref="Generate(string, GenerationOptions?)"/>. Options need enough
    /// <see cref="GenerationOptions.MaxTokens"/> for the whole value; without options the context alone limits it.
    /// </remarks>
    /// <typeparam name="T">A type that carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate, without a grammar; null for the defaults.</param>
    /// <exception cref="IncompleteOutputException">A limit ended the answer before the value was complete.</exception>
    /// <inheritdoc cref="Generate(string, GenerationOptions?)"/>
    public T Generate<T>(string prompt, GenerationOptions? options = null)
        where T : IGeneratedOutput<T> => OutputGeneration.Complete<T>(Generate(prompt, OutputGeneration.With<T>(options)));

    /// <summary>
    /// As <see cref="Generate{T}"/>, with every step on the thread pool: the value each time that another of its properties is complete, and at last the
    /// whole one.
    /// </summary>
    /// <typeparam name="T">A type that carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
    /// <param name="prompt">Any text.</param>
    /// <param name="options">How to generate, without a grammar; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="IncompleteOutputException">While enumerating: a limit ended the answer before the value was complete.</exception>
    /// <inheritdoc cref="GenerateAsync(string, GenerationOptions?, CancellationToken)"/>
    public IAsyncEnumerable<PartialOutput<T>> GenerateAsync<T>(
        string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
        where T : IGeneratedOutput<T> =>
        OutputGeneration.Stream<T>(GenerateAsync(prompt, OutputGeneration.With<T>(options), cancellationToken), cancellationToken);

    /// <summary>Answers a conversation with a value of a type, as <see cref="Chat"/> and <see cref="Generate{T}"/> do.</summary>
    /// <typeparam name="T">A type that carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate, without a grammar; null for the defaults.</param>
    /// <exception cref="IncompleteOutputException">A limit ended the answer before the value was complete.</exception>
    /// <inheritdoc cref="Chat"/>
    public T Chat<T>(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
        where T : IGeneratedOutput<T> => OutputGeneration.Complete<T>(Chat(messages, OutputGeneration.With<T>(options)));

    /// <summary>As <see cref="Chat{T}"/>, piece by piece as <see cref="GenerateAsync{T}"/> gives them.</summary>
    /// <typeparam name="T">A type that carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate, without a grammar; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="IncompleteOutputException">While enumerating: a limit ended the answer before the value was complete.</exception>
    /// <inheritdoc cref="ChatAsync"/>
    public IAsyncEnumerable<PartialOutput<T>> ChatAsync<T>(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        where T : IGeneratedOutput<T> =>
        OutputGeneration.Stream<T>(ChatAsync(messages, OutputGeneration.With<T>(options), cancellationToken), cancellationToken);

    /// <summary>
    /// A session with the same text, which goes on by itself: other answers to one prompt, without reading it again. The two share the memory
    /// of what is alike; each writes to memory of its own.
    /// </summary>
    /// <returns>The session; to be disposed like any other. It may outlive this one.</returns>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Session Fork()
    {
        using SessionTurns.Turn turn = _turns.Enter();
        SessionText text = _text.Fork(out Sequence sequence);
        return new Session(sequence, text, _tokenizer, _fingerprint, _chatTemplate);
    }

    /// <summary>
    /// Writes the session: its text, and the keys and values that the model has of it. <see cref="CompiledDecoder.CreateSession(Stream, SessionOptions?)"/>
    /// goes on from there, in another process too, without reading the text again.
    /// </summary>
    /// <remarks>The stream has as many bytes as the text's keys and values (docs/saved-sessions.md). It is neither flushed nor closed. What was
    /// rewound is not in it.</remarks>
    /// <param name="destination">A stream to write to.</param>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using SessionTurns.Turn turn = _turns.Enter();
        _text.Save(new SavedSessionWriter(destination), _fingerprint);
    }

    /// <summary>Frees the session's memory; a call that is still running finishes first.</summary>
    public void Dispose() => _turns.Dispose();

    /// <summary>The model's tokenizer.</summary>
    internal Tokenizer Tokenizer => _tokenizer;

    /// <summary>Work on forks of the session's text, all of it now; the session stays as it is.</summary>
    internal T[] OnForks<T>(int count, Forks.Work<T> work, CancellationToken cancellationToken)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        return Forks.Run(_text, count, work, cancellationToken);
    }

    /// <summary>Takes the text of a saved session; this one has none yet.</summary>
    /// <exception cref="ModelGenException">The stream does not have it, or it is not one of this model.</exception>
    internal void Restore(Stream saved)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        _text.Restore(new SavedSessionReader(saved), _fingerprint);
    }

    private void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There are no tokens to evaluate; give at least one.", nameof(tokens));
        }

        _text.CheckRoom(tokens.Length, _text.Position);
    }

    private PreparedGeneration PrepareChat(IEnumerable<ChatMessage> messages, ChatOptions? options, bool isScored = false)
    {
        options ??= new ChatOptions();
        int[] ids = PromptPlacer.Encode(messages, options, _chatTemplate);
        return options.Generation.Echo
            ? Prepare(() => _placer.AtStart(ids), options.Generation, isScored)
            : Prepare(() => _placer.AfterCommonPrefix(ids), options.Generation, isScored);
    }

    private PreparedGeneration Prepare(Func<PromptPlacement> place, GenerationOptions? options, bool isScored = false) =>
        new(_turns, _text, _tokenizer, _placer, place, options, isScored);
}
