using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using ModelGen.CompilerServices;
using ModelGen.Execution;
using ModelGen.Templates;

namespace ModelGen;

/// <summary>
/// A model that was compiled into the program. The class that carries <see cref="GgufModelAttribute"/> derives from it and adds the static
/// method <c>Load</c>.
/// </summary>
/// <remarks>Safe for use by several threads; each takes a session of its own.</remarks>
public abstract class CompiledModel : IDisposable
{
    private readonly ModelResources _resources;
    private readonly Func<ModelResources, ForwardPass> _createForwardPass;
    private readonly StateLayout _state;
    private int _disposed;

    /// <summary>Called by emitted code.</summary>
    /// <param name="packed">The weights; the model takes them over.</param>
    /// <param name="description">What was compiled.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    protected CompiledModel(PackedModel packed, ModelDescription description, LoadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(packed);
        ArgumentNullException.ThrowIfNull(description);
        try
        {
            InstructionSet instructionSet = InstructionSets.Current;
            Tokenizer = packed.CreateTokenizer(description.PreTokenizer);
            if (Tokenizer.VocabularySize != description.VocabularySize)
            {
                throw new ModelGenException(
                    $"{packed.DisplayName} has a vocabulary of {Tokenizer.VocabularySize} tokens where the program expects {description.VocabularySize}; build the project again.");
            }

            ChatTemplates = Open(description.ChatTemplates);
            _createForwardPass = description.CreateForwardPass;
            Info = new ModelInfo(
                packed.Header.ModelName,
                description.Architecture,
                description.ParameterCount,
                description.ContextLength,
                description.VocabularySize,
                packed.Header.HeaderHash + "-" + packed.Header.LayoutVersion.ToString(CultureInfo.InvariantCulture),
                instructionSet,
                new MemoryPlan(description.WeightBytes, description.State.BytesOf(description.ContextLength), description.ScratchBytes));
            _state = description.State;
            _resources = new ModelResources(packed, new WorkerPool((options ?? new LoadOptions()).EffectiveThreadCount));
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>What the model is.</summary>
    public ModelInfo Info { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>
    /// How the model writes conversations; null where its file has no chat template, or one that could not be compiled, which the build
    /// then warned of. Where a model has several and names all of them, it is the first.
    /// </summary>
    public ChatTemplate? ChatTemplate => ChatTemplates.Count > 0 ? ChatTemplates[0] : null;

    /// <summary>All chat templates; a model may have one of its own for conversations with tools.</summary>
    public IReadOnlyList<ChatTemplate> ChatTemplates { get; }

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

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
    /// Gives up the weights and the threads. Sessions that are still open keep both until they are disposed too.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _resources.ReleaseModel();
        }

        GC.SuppressFinalize(this);
    }

    private PagedSequence CreateSequence(int contextLength)
    {
        var pool = new PagePool(_resources, _state, contextLength);
        try
        {
            return new PagedSequence(_resources.ExecutorOf(_createForwardPass), pool, contextLength, Info.VocabularySize);
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
