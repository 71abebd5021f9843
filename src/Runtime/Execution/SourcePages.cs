using System;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>
/// What a sequence's layers find of its source text: pages that are written once, when the text is read, and that forks share.
/// </summary>
/// <param name="reading">What reads source texts.</param>
/// <param name="pool">Where pages come from, held open by the caller.</param>
/// <param name="table">The sequence's table, which has their addresses behind all others.</param>
internal sealed class SourcePages(SourceReading reading, PagePool pool, nint[] table)
{
    private readonly StateLayout _layout = pool.Layout;
    private readonly Page?[] _pages = new Page?[pool.Layout.Pages];

    /// <summary>What reads source texts.</summary>
    public SourceReading Reading => reading;

    /// <summary>Tokens of the text that has been read; 0: none has.</summary>
    public int Length { get; private set; }

    private Span<nint> Addresses => table.AsSpan(_layout.SourceEntry);

    /// <summary>Reads a text in place of the one before.</summary>
    public void Read(ReadOnlySpan<int> ids, CancellationToken cancellationToken)
    {
        Free();
        try
        {
            Take(ids.Length);
            reading.Executor.Read(ids, Addresses[..PagesOf(ids.Length)], cancellationToken);
        }
        catch
        {
            Free();
            throw;
        }

        Length = ids.Length;
    }

    /// <summary>Has the pages of another sequence.</summary>
    public void Share(SourcePages other)
    {
        for (int page = 0; page < PagesOf(other.Length); page++)
        {
            Page shared = other._pages[page]!;
            pool.Share(shared);
            Set(page, shared);
        }

        Length = other.Length;
    }

    /// <summary>Writes the number of tokens and the pages.</summary>
    public unsafe void Save(SavedSessionWriter writer)
    {
        writer.Write([Length]);
        for (int page = 0; page < PagesOf(Length); page++)
        {
            byte[] frame = new byte[BytesOf(page)];
            PageContents.CopyTo(frame, _pages[page]!.Address, _layout, _layout.Source!, PositionsOf(page));
            writer.Write(frame);
        }
    }

    /// <summary>Takes back what <see cref="Save"/> has written, where there is nothing yet.</summary>
    /// <exception cref="ModelGenException">It is not what was written, or there is not enough memory.</exception>
    public unsafe void Restore(SavedSessionReader reader, int contextLength)
    {
        if (reader.ReadNumbers(1) is not [int length] || length < 0 || length > contextLength)
        {
            throw SavedSessionReader.Altered();
        }

        Take(length);
        Length = length;
        for (int page = 0; page < PagesOf(length); page++)
        {
            byte[] frame = reader.ReadExactly(BytesOf(page));
            PageContents.CopyFrom(frame, _pages[page]!.Address, _layout, _layout.Source!, PositionsOf(page));
        }
    }

    /// <summary>Gives all pages back.</summary>
    public void Free()
    {
        Length = 0;
        for (int index = 0; index < _pages.Length; index++)
        {
            if (_pages[index] is Page page)
            {
                _pages[index] = null;
                Addresses[index] = 0;
                pool.Return(_layout.SourceKind, page);
            }
        }
    }

    private int PagesOf(int length) => (length + _layout.PagePositions - 1) / _layout.PagePositions;

    private int PositionsOf(int page) => int.Min(Length - page * _layout.PagePositions, _layout.PagePositions);

    private long BytesOf(int page) => StateLayout.BytesOf(_layout.Source!, PositionsOf(page));

    private void Take(int length)
    {
        for (int page = 0; page < PagesOf(length); page++)
        {
            Set(page, pool.Take(_layout.SourceKind));
        }
    }

    private unsafe void Set(int index, Page page)
    {
        _pages[index] = page;
        Addresses[index] = (nint)page.Address;
    }
}
