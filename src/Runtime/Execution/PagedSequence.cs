using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>A sequence whose keys and values lie in pages, its states of a fixed size beside them, evaluated by the model's executor.</summary>
/// <remarks>
/// Callers get to see the logits, and may look at them when the session is gone: they lie in managed arrays, which a span keeps alive. Pages
/// are never freed under a call, which holds the pool open.
/// </remarks>
internal sealed unsafe class PagedSequence : Sequence
{
    // Rows that a product's last tile may have too many.
    private const int SurplusRows = 15;

    // What a sequence is, for whoever frees it: one that could not be made has nothing to give back.
    private const int HasPages = 1;

    private readonly BatchExecutor _executor;
    private readonly PagePool _pool;
    private readonly StateLayout _layout;
    private readonly EvaluationRequest _request;
    private readonly EvaluationCall _call = new();

    // A class after the other, a page after the other: the pages, and their addresses as kernels read them.
    private readonly Page?[] _pages;
    private readonly nint[] _table;

    // Of each class the first page that has not been given back, and the one behind the last that is there.
    private readonly int[] _oldest;
    private readonly int[] _end;
    private readonly FixedState? _fixed;
    private readonly SourcePages? _source;
    private readonly LogitRows _logits;
    private LogitRows? _allLogits;
    private int _state;

    /// <summary>An empty sequence with pages of its own.</summary>
    /// <param name="executor">The model's.</param>
    /// <param name="pool">Where its pages come from.</param>
    /// <param name="contextLength">Positions at most.</param>
    /// <param name="vocabularySize">Length of the logits.</param>
    /// <param name="source">What reads its source text; null where there is none.</param>
    public PagedSequence(BatchExecutor executor, PagePool pool, int contextLength, int vocabularySize, SourceReading? source = null)
    {
        _executor = executor;
        _pool = pool;
        _layout = pool.Layout;
        _request = new EvaluationRequest(this);
        ContextLength = contextLength;
        VocabularySize = vocabularySize;
        _pages = new Page?[_layout.Classes.Count * _layout.Pages];
        _table = GC.AllocateArray<nint>(_layout.TableLength, pinned: true);
        _oldest = new int[_layout.Classes.Count];
        _end = new int[_layout.Classes.Count];
        _fixed = _layout.FixedBytes > 0 ? new FixedState(pool, contextLength) : null;
        _source = source is null ? null : new SourcePages(source, pool, _table);
        _logits = new LogitRows(1, executor.LogitStride);
        pool.AddSequence();
        _state = HasPages;
    }

    /// <summary>Gives the pages of a sequence back that nobody has disposed.</summary>
    ~PagedSequence() => Free();

    /// <inheritdoc/>
    public override int ContextLength { get; }

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override int LogitRows => _executor.LogitRows;

    /// <inheritdoc/>
    public override int? StartToken => _source?.Reading.StartToken;

    /// <inheritdoc/>
    public override int SourceLength => _source?.Length ?? 0;

    /// <summary>The table of pages, as rows of a batch name it.</summary>
    internal byte** Table => (byte**)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_table));

    /// <inheritdoc/>
    public override int Keep(int position)
    {
        position = _fixed?.Keep(position) ?? position;
        for (int i = 0; i < _oldest.Length; i++)
        {
            // The first position that a token at this one looks back to.
            int first = _layout.Classes[i].Window == 0 ? 0 : int.Max(position + 1 - _layout.Classes[i].Window, 0);
            if (first < _oldest[i] * _layout.PagePositions)
            {
                return 0;
            }
        }

        return position;
    }

    /// <inheritdoc/>
    public override void ReadSource(ReadOnlySpan<int> ids, CancellationToken cancellationToken)
    {
        using PagePool.Lease lease = _pool.Open();
        _source!.Read(ids, cancellationToken);

        // The table that was read is this object's.
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override void ForgetSource()
    {
        using PagePool.Lease lease = _pool.Open();
        _source!.Free();
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Evaluate(
        int[] text, int position, int count, scoped ReadOnlySpan<ulong> wanted, CancellationToken cancellationToken)
    {
        _logits.Want(wanted);
        Evaluate(text, position, count, count - 1, _logits, cancellationToken);
        return _logits.AsSpan(VocabularySize);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> EvaluateAll(
        int[] text, int position, int count, int firstLogit, CancellationToken cancellationToken, out int stride)
    {
        stride = _executor.LogitStride;
        LogitRows rows = RowsFor(count - firstLogit);
        Evaluate(text, position, count, firstLogit, rows, cancellationToken);
        return rows.AsSpan((count - firstLogit) * stride);
    }

    /// <inheritdoc/>
    public override Sequence Fork(int position)
    {
        using PagePool.Lease lease = _pool.Open();
        var fork = new PagedSequence(_executor, _pool, ContextLength, VocabularySize, _source?.Reading);
        try
        {
            fork.Share(this, position);
            fork._source?.Share(_source!);
            return fork;
        }
        catch
        {
            fork.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Layout => _layout.Description;

    /// <inheritdoc/>
    public override void Save(SavedSessionWriter writer, int position)
    {
        using PagePool.Lease lease = _pool.Open();

        // Of an empty text nothing has been forgotten, whatever the pages hold that are still in the table.
        writer.Write(position == 0 ? new int[_oldest.Length] : _oldest);
        ForEachPage(position, (stateClass, page, positions) =>
        {
            byte[] frame = new byte[StateLayout.BytesOf(_layout.Classes[stateClass], positions)];
            PageContents.CopyTo(frame, _pages[stateClass * _layout.Pages + page]!.Address, _layout, _layout.Classes[stateClass], positions);
            writer.Write(frame);
        });
        if (_fixed is not null && position > 0)
        {
            writer.Write(_fixed.At(position).ToArray());
        }

        _source?.Save(writer);
    }

    /// <inheritdoc/>
    public override void Restore(SavedSessionReader reader, int position)
    {
        using PagePool.Lease lease = _pool.Open();
        int[] oldest = reader.ReadNumbers(_oldest.Length);
        if (oldest.Length != _oldest.Length)
        {
            throw SavedSessionReader.Altered();
        }

        for (int stateClass = 0; stateClass < oldest.Length; stateClass++)
        {
            int window = _layout.Classes[stateClass].Window;
            int latest = window == 0 ? 0 : int.Max(position + 1 - window, 0) / _layout.PagePositions;
            if (oldest[stateClass] < 0 || oldest[stateClass] > latest)
            {
                throw SavedSessionReader.Altered();
            }

            _oldest[stateClass] = oldest[stateClass];
        }

        ForEachPage(position, (stateClass, page, positions) =>
        {
            Set(stateClass, page, _pool.Take(stateClass));
            _end[stateClass] = page + 1;
            byte[] frame = reader.ReadExactly(StateLayout.BytesOf(_layout.Classes[stateClass], positions));
            PageContents.CopyFrom(frame, _pages[stateClass * _layout.Pages + page]!.Address, _layout, _layout.Classes[stateClass], positions);
        });
        if (_fixed is not null && position > 0)
        {
            reader.ReadExactly(_layout.FixedBytes).CopyTo(_fixed.Restore(position));
        }

        _source?.Restore(reader, ContextLength);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Has memory of its own for what rows of some positions write, and gives pages back that no row from the first of them on looks back to.
    /// Called by whoever executes batches, while this sequence's call waits.
    /// </summary>
    /// <param name="position">The first position.</param>
    /// <param name="count">Rows that could come.</param>
    /// <returns>Rows that may come in one batch.</returns>
    /// <exception cref="ModelGenException">There is not enough memory; nothing that was remembered is lost.</exception>
    internal int PrepareToWrite(int position, int count)
    {
        if (_fixed is not null)
        {
            count = _fixed.Prepare(position, count, out byte* read, out byte* written);
            _table[_layout.FixedEntry] = (nint)read;
            _table[_layout.FixedEntry + 1] = (nint)written;
        }

        int first = position / _layout.PagePositions;
        int last = (position + count - 1) / _layout.PagePositions;
        for (int stateClass = 0; stateClass < _oldest.Length; stateClass++)
        {
            GiveBack(stateClass, position, last);
            for (int page = first; page <= last; page++)
            {
                MakeOwn(stateClass, page, int.Max(position - page * _layout.PagePositions, 0));
            }
        }

        return count;
    }

    /// <summary>Has memory of its own for what is next, as <see cref="PrepareToWrite"/>, before a part of a call begins.</summary>
    internal int Prepare(int position, int count)
    {
        _fixed?.Begin();
        return PrepareToWrite(position, count);
    }

    /// <summary>
    /// Begins a part of a call that somebody else makes, together with those of other sequences; <see cref="End"/> ends it. The pool is held
    /// open meanwhile.
    /// </summary>
    /// <param name="text">The ids by position.</param>
    /// <param name="position">Position of the first token, as for <see cref="Sequence.Evaluate"/>.</param>
    /// <param name="count">Tokens, at least one.</param>
    /// <param name="logits">Last tokens of them whose logits are wanted, <see cref="LogitRows"/> at most; 0: none.</param>
    /// <param name="wanted">Where it is one: whose logits are wanted, as for the same method.</param>
    /// <returns>What is to be evaluated.</returns>
    internal EvaluationRequest Begin(int[] text, int position, int count, int logits, scoped ReadOnlySpan<ulong> wanted)
    {
        _fixed?.Begin();
        LogitRows rows = logits > 1 ? RowsFor(logits) : _logits;
        if (logits == 1)
        {
            rows.Want(wanted);
        }

        _request.Set(text, position, position + count, position + count - logits, rows);
        return _request;
    }

    /// <summary>Throws what the part ended with, if it was not evaluated.</summary>
    internal void ThrowIfFailed() => _request.ThrowIfFailed();

    /// <summary>Ends a part that was evaluated.</summary>
    internal void End() => _fixed?.Commit(_request.End);

    /// <summary>The logits of the last part, which the next one overwrites.</summary>
    /// <param name="count">Tokens whose logits were wanted.</param>
    /// <param name="stride">Floats from one row of them to the next.</param>
    internal ReadOnlySpan<float> LogitsOf(int count, out int stride)
    {
        stride = _executor.LogitStride;
        return count > 1 ? _allLogits!.AsSpan(count * stride) : _logits.AsSpan(VocabularySize);
    }

    /// <summary>A page of a class; null: it is not there.</summary>
    internal Page? PageAt(int stateClass, int page) => _pages[stateClass * _layout.Pages + page];

    /// <summary>The state of a fixed size after a position; null: it is not there.</summary>
    internal Page? StateAt(int position) => _fixed?.Find(position);

    /// <summary>Where nothing is remembered but of what is in front: has pages of another text that begins alike, one a class.</summary>
    internal void SharePage(int page, Page[] pages)
    {
        for (int stateClass = 0; stateClass < pages.Length; stateClass++)
        {
            _pool.Share(pages[stateClass]);
            Set(stateClass, page, pages[stateClass]);
            _end[stateClass] = int.Max(_end[stateClass], page + 1);
        }
    }

    /// <summary>As <see cref="SharePage"/>, of a page that is alike in its first positions only.</summary>
    /// <exception cref="PageShortageException">There is not enough memory.</exception>
    internal void CopyPage(int page, Page[] pages, int positions)
    {
        for (int stateClass = 0; stateClass < pages.Length; stateClass++)
        {
            Page own = _pool.Take(stateClass);
            _pool.Copy(stateClass, pages[stateClass], own, positions);
            Set(stateClass, page, own);
            _end[stateClass] = page + 1;
        }
    }

    /// <summary>Has the state of a fixed size of another text that begins alike.</summary>
    internal void ShareState(int position, Page state) => _fixed!.Share(position, state);

    /// <summary>Forgets everything, and gives its pages back.</summary>
    internal void Clear()
    {
        ReturnPages();
        Array.Clear(_oldest);
        Array.Clear(_end);
        Array.Clear(_table);
    }

    /// <summary>A batch has written what is remembered up to a position. Called by whoever executes batches.</summary>
    internal void Advance(int position) => _fixed?.Advance(position);

    // Made when they are first needed, and again where more are.
    private LogitRows RowsFor(int count)
    {
        int rows = int.Min((int)BitOperations.RoundUpToPowerOf2((uint)count), LogitRows) + SurplusRows;
        return _allLogits = _allLogits?.Rows >= rows ? _allLogits : new LogitRows(rows, _executor.LogitStride);
    }

    private void Evaluate(int[] text, int position, int count, int firstLogit, LogitRows logits, CancellationToken cancellationToken)
    {
        using (PagePool.Lease lease = _pool.Open())
        {
            _fixed?.Begin();
            _request.Set(text, position, position + count, position + firstLogit, logits);
            _call.Begin(cancellationToken);
            _call.Add(_request);
            _executor.Evaluate(_call);
            _request.ThrowIfFailed();
            _fixed?.Commit(position + count);
        }

        // The arrays that were written to are this object's.
        GC.KeepAlive(this);
    }

    /// <summary>Of a class with a window gives back the pages before that of a position, and those of a text that has been rewound.</summary>
    private void GiveBack(int stateClass, int position, int last)
    {
        int window = _layout.Classes[stateClass].Window;
        if (window == 0)
        {
            return;
        }

        int oldest = int.Max(position + 1 - window, 0) / _layout.PagePositions;
        for (int page = _oldest[stateClass]; page < oldest; page++)
        {
            Set(stateClass, page, null);
        }

        for (int page = last + 1; page < _end[stateClass]; page++)
        {
            Set(stateClass, page, null);
        }

        _oldest[stateClass] = oldest;
        _end[stateClass] = last + 1;
    }

    /// <summary>Has a page that nobody else has, with what it held of its first positions.</summary>
    private void MakeOwn(int stateClass, int page, int positions)
    {
        Page? current = _pages[stateClass * _layout.Pages + page];
        if (current is not null && !_pool.IsShared(current))
        {
            return;
        }

        Page own = _pool.Take(stateClass);
        if (current is not null && positions > 0)
        {
            _pool.Copy(stateClass, current, own, positions);
        }

        Set(stateClass, page, own);
    }

    /// <summary>Puts a page into the table in place of what is there.</summary>
    private void Set(int stateClass, int page, Page? next)
    {
        int index = stateClass * _layout.Pages + page;
        Page? current = _pages[index];
        _pages[index] = next;
        _table[index] = next is null ? 0 : (nint)next.Address;
        if (current is not null)
        {
            _pool.Return(stateClass, current);
        }
    }

    /// <summary>Has the pages of another sequence up to a position: the whole ones shared, what is written to next copied.</summary>
    private void Share(PagedSequence other, int position)
    {
        int whole = position / _layout.PagePositions;
        int rest = position % _layout.PagePositions;
        for (int stateClass = 0; stateClass < _oldest.Length; stateClass++)
        {
            _oldest[stateClass] = int.Min(other._oldest[stateClass], whole);
            _end[stateClass] = whole + (rest > 0 ? 1 : 0);
            for (int page = _oldest[stateClass]; page < whole; page++)
            {
                Page shared = other._pages[stateClass * _layout.Pages + page]!;
                _pool.Share(shared);
                Set(stateClass, page, shared);
            }

            if (rest > 0)
            {
                Set(stateClass, whole, _pool.Take(stateClass));
                _pool.Copy(stateClass, other._pages[stateClass * _layout.Pages + whole]!, _pages[stateClass * _layout.Pages + whole]!, rest);
            }
        }

        _fixed?.Share(other._fixed!, position);
    }

    /// <summary>Visits the pages up to a position, with the number of positions that each has of them.</summary>
    private void ForEachPage(int position, Action<int, int, int> visit)
    {
        for (int stateClass = 0; stateClass < _oldest.Length; stateClass++)
        {
            for (int page = _oldest[stateClass]; page * _layout.PagePositions < position; page++)
            {
                visit(stateClass, page, int.Min(position - page * _layout.PagePositions, _layout.PagePositions));
            }
        }
    }

    private void Free()
    {
        if (Interlocked.Exchange(ref _state, 0) == HasPages)
        {
            ReturnPages();
            _pool.RemoveSequence();
        }
    }

    private void ReturnPages()
    {
        for (int index = 0; index < _pages.Length; index++)
        {
            if (_pages[index] is Page page)
            {
                _pages[index] = null;
                _pool.Return(index / _layout.Pages, page);
            }
        }

        _fixed?.Free();
        _source?.Free();
    }
}
