using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.CompilerServices;
using ModelGen.Generation;
using ModelGen.Tokenization;

namespace ModelGen;

/// <summary>
/// One text that a model reads and continues: the tokens so far, with the key/value buffers that belong to them. Sessions of one model are
/// independent of each other; one session serves one call at a time.
/// </summary>
/// <remarks>
/// Whatever a call throws, the session can be used on. It is as it was before the call; an enumeration that throws leaves what its
/// completed steps appended. A call that comes in while another one is running throws <see cref="InvalidOperationException"/>.
/// Spans that a session gives out are over managed memory. The next call may overwrite what they show, but they can be read for as long as they
/// are kept, whether or not the session was disposed or collected.
/// </remarks>
public sealed class Session : IDisposable
{
    private readonly ForwardPass _forwardPass;
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _chatTemplate;

    // The ids at 0.._position − 1. Those from _evaluated on are not in the key/value buffers yet.
    private readonly int[] _tokens;
    private int _position;
    private int _evaluated;
    private int _turnState;

    /// <param name="forwardPass">The session takes it over and disposes it, also where this throws.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="chatTemplate">The model's chat template; null where it has none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The options' context length is not from 1 to that of the forward pass.</exception>
    internal Session(ForwardPass forwardPass, Tokenizer tokenizer, SessionOptions? options = null, ChatTemplate? chatTemplate = null)
    {
        int length = options?.ContextLength ?? forwardPass.ContextLength;
        if (length < 1 || length > forwardPass.ContextLength)
        {
            forwardPass.Dispose();
            throw new ArgumentOutOfRangeException(
                nameof(options),
                length,
                $"The session's ContextLength is from 1 to {forwardPass.ContextLength}, which the model was compiled with.");
        }

        _forwardPass = forwardPass;
        _tokenizer = tokenizer;
        _chatTemplate = chatTemplate;
        _tokens = new int[length];
    }

    // Who may enter.
    private enum TurnState
    {
        Idle,
        Running,
        DisposeAtEnd,
        Disposed,
    }

    /// <summary>
    /// Number of tokens of the text so far: prompts, evaluated tokens and generated tokens. The token that was generated last may not have
    /// been evaluated yet; that is made up for by the next call.
    /// </summary>
    public int Position => _position;

    /// <summary>
    /// Ids of the text so far, <see cref="Position"/> of them: what follows a prompt is what was generated. The next call may overwrite them.
    /// </summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _position);

    /// <summary>Most tokens that the session holds.</summary>
    public int ContextLength => _tokens.Length;

    /// <summary>Length of the logits.</summary>
    internal int VocabularySize => _forwardPass.VocabularySize;

    /// <summary>Changes with every change of the text.</summary>
    internal int Version { get; private set; }

    internal bool IsFull => _position == _tokens.Length;

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
        using Turn turn = Enter();
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There are no tokens to evaluate; give at least one.", nameof(tokens));
        }

        CheckRoom(tokens.Length, _position);

        // Checked where they will be read: another thread may write to the caller's array, and an id behind the vocabulary would be a row
        // behind the weights.
        Span<int> own = _tokens.AsSpan(_position, tokens.Length);
        tokens.CopyTo(own);
        CheckIds(own, nameof(tokens));
        return Append(own, CancellationToken.None);
    }

    /// <summary>Forgets all tokens from <paramref name="position"/> on. It costs nothing: what comes before stays evaluated.</summary>
    /// <param name="position">0 (an empty text) to <see cref="Position"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="position"/> is negative or past the end.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Rewind(int position)
    {
        using Turn turn = Enter();
        if (position < 0 || position > _position)
        {
            throw new ArgumentOutOfRangeException(
                nameof(position), position, $"The session can be rewound to 0 to {_position}, its position.");
        }

        Truncate(position);
    }

    /// <summary>Appends a prompt to the text and generates how it goes on, piece by piece.</summary>
    /// <remarks>
    /// <para>The prompt is appended as it stands: BOS, and the space that some vocabularies want in front of a text, go in front of it only
    /// where the text starts. An empty prompt goes on from where the text ends. Text of control tokens in the prompt is read as plain text;
    /// encode with <see cref="Tokenizer.EncodeToIds(string, bool, bool)"/> and pass the ids to have them read.</para>
    /// <para>Generation ends after <see cref="GenerationOptions.MaxTokens"/> tokens, at a token that ends it, at a stop sequence, and when
    /// the context is full. Pieces are whole characters, and together they are exactly the generated text. Afterwards the session holds the
    /// prompt and every generated token, without the token that ended generation and without tokens whose text starts inside the stop
    /// sequence: what a next prompt goes on from is what was returned. Leaving the enumeration early keeps the tokens generated until
    /// then.</para>
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
        return Enumerate(Prepare(() => AtEnd(Encode(prompt)), options));
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="Generate(string, GenerationOptions?)"/>
    /// <param name="options"/>
    public IEnumerable<string> Generate(IReadOnlyList<int> promptIds, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        int[] ids = [.. promptIds];
        return Enumerate(Prepare(() => AtEnd(ids), options));
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
        return EnumerateAsync(Prepare(() => AtEnd(Encode(prompt)), options), cancellationToken);
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
        return EnumerateAsync(Prepare(() => AtEnd(ids), options), cancellationToken);
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
        Enumerate(PrepareChat(messages, options ?? new ChatOptions()));

    /// <summary>As <see cref="Chat"/>, with every step on the thread pool.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session can be used on.</param>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="Chat"/>
    public IAsyncEnumerable<string> ChatAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        EnumerateAsync(PrepareChat(messages, options ?? new ChatOptions()), cancellationToken);

    /// <summary>Frees the session's buffers; a call that is still running finishes first.</summary>
    public void Dispose()
    {
        while (true)
        {
            TurnState state = (TurnState)Volatile.Read(ref _turnState);
            switch (state)
            {
                case TurnState.Idle when TryMove(TurnState.Idle, TurnState.Disposed):
                    _forwardPass.Dispose();
                    return;
                case TurnState.Running when TryMove(TurnState.Running, TurnState.DisposeAtEnd):
                case TurnState.DisposeAtEnd or TurnState.Disposed:
                    return;
            }
        }
    }

    /// <summary>Starts a call's turn; no other call may enter until it is disposed.</summary>
    internal Turn Enter()
    {
        switch ((TurnState)Interlocked.CompareExchange(ref _turnState, (int)TurnState.Running, (int)TurnState.Idle))
        {
            case TurnState.Idle:
                return new Turn(this);
            case TurnState.Running:
                throw new InvalidOperationException(
                    "Another call is running on this session; a session serves one call at a time, so use one session a thread.");
            default:
                throw new ObjectDisposedException(nameof(Session));
        }
    }

    /// <summary>
    /// Within a turn: appends tokens that fit, evaluates all that are not evaluated yet, and gives the logits after the last token. Without
    /// tokens it gives those after the text as it is.
    /// </summary>
    internal ReadOnlySpan<float> Append(scoped ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        tokens.CopyTo(_tokens.AsSpan(_position));
        int end = _position + tokens.Length;

        // The logits of an evaluated token are gone: it is evaluated once more, which leaves the buffers as they are. Until that is done
        // it counts as not evaluated, because a cancelled call leaves them undefined.
        _evaluated = int.Min(_evaluated, end - 1);
        ReadOnlySpan<float> logits = _forwardPass.Evaluate(_tokens.AsSpan(_evaluated, end - _evaluated), _evaluated, cancellationToken);
        _position = end;
        _evaluated = end;
        Version++;
        return logits;
    }

    /// <summary>Within a turn, where the session is not full: appends a token that the next call evaluates.</summary>
    internal void AppendUnevaluated(int id)
    {
        _tokens[_position++] = id;
        Version++;
    }

    /// <summary>Within a turn: forgets the tokens from <paramref name="position"/> on.</summary>
    internal void Truncate(int position)
    {
        _position = position;
        _evaluated = int.Min(_evaluated, position);
        Version++;
    }

    private bool TryMove(TurnState from, TurnState to) =>
        Interlocked.CompareExchange(ref _turnState, (int)to, (int)from) == (int)from;

    private void Leave()
    {
        if (!TryMove(TurnState.Running, TurnState.Idle))
        {
            _forwardPass.Dispose();
            Volatile.Write(ref _turnState, (int)TurnState.Disposed);
        }
    }

    private PreparedPrompt PrepareChat(IEnumerable<ChatMessage> messages, ChatOptions options)
    {
        ChatTemplate template = options.Template ?? _chatTemplate ?? throw new ModelGenException(
            "The model has no chat template that was compiled; name one in the project (GgufModel's ChatTemplate), or write the conversation as "
            + "text and use Generate.");
        int[] ids = [.. template.EncodeToIds(messages, options.Rendering, options.ParseSpecialTokensInContent)];
        return Prepare(() => AfterCommonPrefix(ids), options.Generation);
    }

    private PreparedPrompt Prepare(Func<Placement> place, GenerationOptions? options)
    {
        options ??= new GenerationOptions();
        options.Validate();

        // The caller may change its list while the enumeration is under way.
        options = options with { StopSequences = [.. options.StopSequences] };
        using Turn turn = Enter();
        return new PreparedPrompt(place, options, PlaceAndCheck(place), Version);
    }

    // Within a turn: where the prompt goes now.
    private Placement PlaceAndCheck(Func<Placement> place)
    {
        Placement placement = place();
        if (placement.Position + placement.Ids.Length == 0)
        {
            throw new ArgumentException(
                "The prompt is empty, the session too, and there is no BOS token to start from; give at least one token.", "prompt");
        }

        CheckRoom(placement.Ids.Length, placement.Position);
        CheckIds(placement.Ids, "prompt");
        return placement;
    }

    private Placement AtEnd(int[] ids) => new(_position, ids);

    private Placement AfterCommonPrefix(int[] ids)
    {
        int common = Tokens.CommonPrefixLength(ids);
        return new Placement(common, ids[common..]);
    }

    private int[] Encode(string prompt)
    {
        TextEncoding encoding = _position == 0
            ? TextEncoding.AddBeginningOfSequence | TextEncoding.StartsText
            : IsSpecial(_tokens[_position - 1]) ? TextEncoding.StartsText : TextEncoding.None;
        List<int> ids = [];
        _tokenizer.Encode(prompt, content: [], encoding, IdSink.Keep(ids));
        return [.. ids];
    }

    // Rows that pad the output head are ids of the model but not of the tokenizer.
    private bool IsSpecial(int id) => id < _tokenizer.VocabularySize && _tokenizer.IsSpecial(id);

    private void CheckRoom(int count, int position)
    {
        if (count > _tokens.Length - position)
        {
            throw new ContextFullException(position, count, _tokens.Length);
        }
    }

    private void CheckIds(ReadOnlySpan<int> ids, string parameterName)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)VocabularySize)
            {
                throw new ArgumentOutOfRangeException(parameterName, id, $"The model's ids are 0 to {VocabularySize - 1}.");
            }
        }
    }

    private TextGeneration Start(PreparedPrompt prompt)
    {
        using Turn turn = Enter();

        // The session may have moved on since the call.
        Placement placement = prompt.Version == Version ? prompt.Placement : PlaceAndCheck(prompt.Place);
        if (placement.Position < _position)
        {
            Truncate(placement.Position);
        }

        return new TextGeneration(this, _tokenizer, placement.Ids, Version, prompt.Options);
    }

    private IEnumerable<string> Enumerate(PreparedPrompt prompt)
    {
        TextGeneration generation = Start(prompt);
        while (generation.Next(CancellationToken.None) is string piece)
        {
            yield return piece;
        }
    }

    private async IAsyncEnumerable<string> EnumerateAsync(
        PreparedPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TextGeneration generation = Start(prompt);
        while (await Task.Run(() => generation.Next(cancellationToken), cancellationToken).ConfigureAwait(false) is string piece)
        {
            yield return piece;
        }
    }

    /// <summary>A call's turn, see <see cref="Enter"/>.</summary>
    internal readonly struct Turn(Session session) : IDisposable
    {
        public void Dispose() => session.Leave();
    }

    /// <summary>A prompt that was checked at the call, for the enumeration that comes later.</summary>
    private sealed record PreparedPrompt(Func<Placement> Place, GenerationOptions Options, Placement Placement, int Version);

    /// <summary>Ids that go behind the first <paramref name="Position"/> tokens of the session, in place of what is there.</summary>
    private readonly record struct Placement(int Position, int[] Ids);
}
