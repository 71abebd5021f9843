using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>
/// The pages and states of a session and of those that were forked off it. They lie in native memory that is there as long as one of the sequences is,
/// or a call that holds it open; while the pool is there, so are the weights and threads of its model.
/// </summary>
/// <remarks>
/// A new session's pages are one block, taken and zeroed at once; the operating system gives it memory as it is first touched. What forks
/// write comes on demand. Pages that nobody has are used again.
/// </remarks>
internal sealed unsafe class PagePool : SafeHandle
{
    private readonly Lock _gate = new();
    private readonly ModelResources _resources;
    private readonly List<NativeBlock> _blocks = [];
    private readonly Stack<Page>[] _free;
    private readonly long[] _pageBytes;
    private readonly long _limit;
    private long _bytes;
    private long _usedBytes;
    private int _sequences;

    /// <summary>Reserves the pages of a text.</summary>
    /// <param name="resources">The model's, held from here on.</param>
    /// <param name="layout">What the model remembers.</param>
    /// <param name="contextLength">Positions of the text at most.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, and so are all its sessions.</exception>
    public PagePool(ModelResources resources, StateLayout layout, int contextLength)
        : this(resources, layout, limit: long.MaxValue)
    {

        try
        {
            byte* address = AddBlock(layout.BytesOf(contextLength));
            for (int i = 0; i < _free.Length; i++)
            {
                int pages = layout.PagesOf(i, contextLength);
                long bytes = layout.PageBytesOf(i);
                for (int page = pages - 1; page >= 0; page--)
                {
                    _free[i].Push(new Page(address + page * bytes));
                }

                address += pages * bytes;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Has no pages yet: they come on demand.</summary>
    /// <param name="resources">The model's, held from here on.</param>
    /// <param name="layout">What the model remembers.</param>
    /// <param name="limit">Bytes of pages at most.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed, and so are all its sessions.</exception>
    public PagePool(ModelResources resources, StateLayout layout, long limit)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        resources.Hold();

        // From here on there is something to let go of, however this ends.
        SetHandle(1);
        _resources = resources;
        Layout = layout;
        _limit = limit;
        _free = new Stack<Page>[layout.Kinds];
        _pageBytes = new long[layout.Kinds];
        for (int i = 0; i < _free.Length; i++)
        {
            _free[i] = [];
            _pageBytes[i] = layout.PageBytesOf(i);
        }
    }

    /// <summary>What the model remembers.</summary>
    public StateLayout Layout { get; }

    /// <summary>Bytes of a page or state.</summary>
    public long PageBytes(int kind) => _pageBytes[kind];

    /// <summary>Bytes of the pages that somebody has.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Counts a sequence that has pages of the pool.</summary>
    public void AddSequence() => Interlocked.Increment(ref _sequences);

    /// <summary>A sequence has given its pages back. The memory of the last one is freed, once no call holds it open.</summary>
    public void RemoveSequence()
    {
        if (Interlocked.Decrement(ref _sequences) == 0)
        {
            Dispose();
        }
    }

    /// <summary>Holds the memory until the lease is disposed, whatever other threads and finalizers do meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It is freed.</exception>
    public Lease Open() => new(this);

    /// <summary>A page that nobody has, for one who will.</summary>
    /// <param name="kind">Its kind of memory: the index of its class, or <see cref="StateLayout.FixedKind"/>.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public Page Take(int kind)
    {
        lock (_gate)
        {
            if (!_free[kind].TryPop(out Page? page))
            {
                page = AddPage(kind);
            }

            page.References = 1;
            _usedBytes += _pageBytes[kind];
            return page;
        }
    }

    /// <summary>Another sequence has the page.</summary>
    public void Share(Page page)
    {
        lock (_gate)
        {
            page.References++;
        }
    }

    /// <summary>A sequence does not have the page any more.</summary>
    public void Return(int kind, Page page)
    {
        lock (_gate)
        {
            if (--page.References == 0)
            {
                _free[kind].Push(page);
                _usedBytes -= _pageBytes[kind];
            }
        }
    }

    /// <summary>Whether other sequences have the page too.</summary>
    public bool IsShared(Page page)
    {
        lock (_gate)
        {
            return page.References > 1;
        }
    }

    /// <summary>Copies the first positions of a page, in whole blocks.</summary>
    public void Copy(int stateClass, Page from, Page to, int positions)
    {
        foreach (BlockRun run in Layout.RunsOf(Layout.Classes[stateClass], positions))
        {
            Buffer.MemoryCopy(from.Address + run.Offset, to.Address + run.Offset, run.Bytes, run.Bytes);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        foreach (NativeBlock block in _blocks)
        {
            block.Dispose();
        }

        _resources.Release();
        return true;
    }

    private Page AddPage(int kind)
    {
        long bytes = _pageBytes[kind];
        for (int other = 0; other < _free.Length && bytes > _limit - _bytes; other++)
        {
            FreeUnused(other, bytes);
        }

        if (bytes > _limit - _bytes)
        {
            throw new PageShortageException(
                $"What is remembered of the texts does not fit into {_limit} bytes; shorten the text, or raise the engine's MemoryLimit.");
        }

        byte* address = AddBlock(bytes);
        return new Page(address) { Block = _blocks[^1] };
    }

    /// <summary>Frees pages of a kind that nobody has, until there is room for so many bytes.</summary>
    private void FreeUnused(int kind, long bytes)
    {
        while (bytes > _limit - _bytes && _free[kind].TryPop(out Page? unused))
        {
            // Pages that came with a session's first block stay where they are; a pool with a limit has none.
            if (unused.Block is NativeBlock block)
            {
                _blocks.Remove(block);
                block.Dispose();
                _bytes -= _pageBytes[kind];
            }
        }
    }

    private byte* AddBlock(long bytes)
    {
        try
        {
            var block = new NativeBlock(bytes);
            _blocks.Add(block);
            _bytes += bytes;
            return block.Address;
        }
        catch (OutOfMemoryException error)
        {
            throw new PageShortageException(
                $"There is no memory for {bytes} bytes of what a session remembers; ask for a smaller ContextLength in SessionOptions.", error);
        }
    }

    /// <summary>See <see cref="Open"/>.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly PagePool _pool;

        internal Lease(PagePool pool)
        {
            bool added = false;
            pool.DangerousAddRef(ref added);
            _pool = pool;
        }

        /// <summary>Ends the lease.</summary>
        public void Dispose() => _pool.DangerousRelease();
    }
}
