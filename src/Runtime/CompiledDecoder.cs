using System;
using System.Collections.Generic;
using System.IO;
using ModelGen.CompilerServices;
using ModelGen.Execution;
using ModelGen.Serving;
using ModelGen.Templates;

namespace ModelGen;

/// <summary>A model that goes on with texts, compiled into the program: sessions and chat.</summary>
/// <remarks>Safe for use by several threads; each takes a session of its own.</remarks>
public abstract class CompiledDecoder : CompiledModel
{
    private readonly Func<ModelResources, ForwardPass> _createForwardPass;
    private readonly StateLayout _state;
    private readonly SourceDescription? _source;

    /// <summary>Called by emitted code.</summary>
    /// <param name="packed">The weights; the model takes them over.</param>
    /// <param name="description">What was compiled.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    protected CompiledDecoder(PackedModel packed, ModelDescription description, LoadOptions? options)
        : base(packed, description, options)
    {
        ChatTemplates = Open(description.ChatTemplates);
        _createForwardPass = description.CreateForwardPass;
        _state = description.State;
        _source = description.Source;
    }

    /// <summary>
    /// How the model writes conversations; null where its file has no chat template, or one that could not be compiled, which the build
    /// then warned of. Where a model has several and names all of them, it is the first.
    /// </summary>
    public ChatTemplate? ChatTemplate => ChatTemplates.Count > 0 ? ChatTemplates[0] : null;

    /// <summary>All chat templates; a model may have one of its own for conversations with tools.</summary>
    public IReadOnlyList<ChatTemplate> ChatTemplates { get; }

    /// <summary>
    /// Whether the model has an encoder, and answers a text instead of going on with it, as T5 does: prompts are then what
    /// <see cref="Session.Encode(string)"/> reads.
    /// </summary>
    public bool HasEncoder => _source is not null;

    /// <summary>
    /// Creates a session with keys and values of its own. Several sessions may run at once on several threads: what they evaluate at the
    /// same time goes through the weights together, and each answers as if it were alone, to the bit.
    /// </summary>
    /// <remarks>All that the session writes to is taken here, as one zeroed block; nothing is allocated afterwards.</remarks>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public Session CreateSession(SessionOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        int length = options?.ContextLength ?? Info.ContextLength;
        if (length < 1 || length > Info.ContextLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                length,
                $"The session's ContextLength is from 1 to {Info.ContextLength}, which the model was compiled with.");
        }

        return new Session(CreateSequence(length), Tokenizer, Info.Fingerprint, ChatTemplate);
    }

    /// <summary>
    /// Creates a session with the text of one that was saved (<see cref="Session.Save"/>): it answers as that one would, to the bit, without
    /// reading the text again.
    /// </summary>
    /// <param name="saved">A stream at the start of a saved session. It is read up to its end, not closed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The stream has no saved session, it is damaged or cut off, or is of another model, format of keys and
    /// values or layout, it does not fit into the context, or there is not enough memory.</exception>
    public Session CreateSession(Stream saved, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(saved);
        Session session = CreateSession(options);
        try
        {
            session.Restore(saved);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Creates an engine, which answers many requests at once: what they evaluate goes through the weights together, and each is answered, to the
    /// bit, as a session alone would answer it.
    /// </summary>
    /// <remarks>Memory for what requests remember is taken as they need it, up to <see cref="EngineOptions.MemoryLimit"/>.</remarks>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    /// <exception cref="InvalidOperationException">The model has an encoder (<see cref="HasEncoder"/>): its answers are of sessions alone.</exception>
    public Engine CreateEngine(EngineOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (HasEncoder)
        {
            throw new InvalidOperationException("The model answers a text that an encoder reads, which an engine does not; create a session for each text.");
        }

        options ??= new EngineOptions();
        options.Validate();
        long memoryLimit = options.MemoryLimit ?? DefaultMemoryLimit(options.MaxConcurrency);
        var pool = new PagePool(Resources, _state, memoryLimit);
        pool.AddSequence();
        try
        {
            BatchExecutor executor = Resources.ExecutorOf(_createForwardPass);
            var answering = new Answering(executor, Resources.Workers, pool, Tokenizer, Info, options, memoryLimit);
            return new Engine(new EngineLoop(pool, answering, options, memoryLimit), this);
        }
        catch
        {
            pool.RemoveSequence();
            throw;
        }
    }

    /// <summary>A sequence of a whole context that remembers nothing.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    internal PagedSequence CreateSequence()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return CreateSequence(Info.ContextLength);
    }

    private long DefaultMemoryLimit(int concurrency)
    {
        long contexts = concurrency * Info.Memory.State;
        return Math.Max(Info.Memory.State, Math.Min(contexts, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));
    }

    private PagedSequence CreateSequence(int contextLength)
    {
        var pool = new PagePool(Resources, _state, contextLength);
        try
        {
            BatchExecutor executor = Resources.ExecutorOf(_createForwardPass);
            SourceReading? reading = _source is null ? null : new SourceReading(Resources.SourceOf(_source, executor.Turn), _source.StartToken);
            return new PagedSequence(executor, pool, contextLength, Info.VocabularySize, reading);
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    private ChatTemplate[] Open(IReadOnlyList<CompiledTemplate> templates)
    {
        ChatTemplate[] opened = new ChatTemplate[templates.Count];
        for (int i = 0; i < opened.Length; i++)
        {
            opened[i] = new ChatTemplate(templates[i], Tokenizer);
        }

        return opened;
    }
}
