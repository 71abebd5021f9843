using System;
using System.Collections.Generic;
using ModelGen.Layout;

namespace ModelGen.Execution;

/// <summary>
/// What the layers whose state has a fixed size remember of one sequence. Such a state is of one position and cannot be cut: to go back, an
/// earlier one must be there. Kept are those after the last two calls, and checkpoints at the ends of pages, the fewer the longer ago.
/// </summary>
/// <remarks>
/// States that are kept are never written to, so that forks share them. A batch writes to one of its own, which becomes one that is kept when its
/// call ends or a page does. A call that is cancelled leaves all as it was.
/// </remarks>
internal sealed unsafe class FixedState
{
    private const int None = -1;

    private readonly PagePool _pool;
    private readonly int _kind;
    private readonly int _spacing;

    // By position, ascending.
    private readonly List<(int Position, Page Page)> _kept;

    // After which positions the last call and the one before it ended.
    private int _last;
    private int _beforeLast;

    // What batches of the call at hand have written, and up to where.
    private Page? _written;
    private int _writtenPosition = None;

    /// <summary>The state of an empty text.</summary>
    /// <param name="pool">Where states come from.</param>
    /// <param name="contextLength">Positions of the text at most.</param>
    public FixedState(PagePool pool, int contextLength)
    {
        _pool = pool;
        _kind = pool.Layout.FixedKind;
        _spacing = pool.Layout.PagePositions;
        _kept = new(pool.Layout.PagesOf(_kind, contextLength));
    }

    /// <summary>The last position that is not behind another one and whose state is there; the state of an empty text always is.</summary>
    public int Keep(int position)
    {
        int index = IndexOf(position);
        return index < 0 ? 0 : _kept[index].Position;
    }

    /// <summary>A call begins; what one that did not end has written counts no more.</summary>
    public void Begin() => _writtenPosition = None;

    /// <summary>Has a state to read and one to write for rows from a position on.</summary>
    /// <param name="position">Where the call is, or where it begins: one that <see cref="Keep"/> gives back.</param>
    /// <param name="rows">Rows that could come.</param>
    /// <param name="read">The state after the tokens before the position.</param>
    /// <param name="written">Where the state after the rows goes; may be the one that is read.</param>
    /// <returns>How many rows may come: up to the next checkpoint.</returns>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public int Prepare(int position, int rows, out byte* read, out byte* written)
    {
        if (_writtenPosition != position)
        {
            DropBehind(position);
        }

        bool goesOn = _writtenPosition == position && _written is not null;
        _written ??= _pool.Take(_kind);
        written = _written.Address;
        read = written;
        if (!goesOn && position == 0)
        {
            new Span<byte>(written, checked((int)_pool.Layout.FixedBytes)).Clear();
        }
        else if (!goesOn)
        {
            read = _kept[^1].Page.Address;
        }

        return int.Min(rows, _spacing - position % _spacing);
    }

    /// <summary>A batch has written the state after a position; at the end of a page it is kept.</summary>
    public void Advance(int position)
    {
        _writtenPosition = position;
        if (position % _spacing == 0)
        {
            KeepWritten();
        }
    }

    /// <summary>A call has ended: the state after it is kept.</summary>
    public void Commit(int position)
    {
        (_beforeLast, _last) = (_last, position);
        KeepWritten();
    }

    /// <summary>Has the states of another sequence up to a position.</summary>
    public void Share(FixedState other, int position)
    {
        foreach ((int Position, Page Page) state in other._kept)
        {
            if (state.Position <= position)
            {
                _pool.Share(state.Page);
                _kept.Add(state);
            }
        }

        _last = position;
        _beforeLast = int.Min(other._beforeLast, position);
    }

    /// <summary>The state after a position; null: it is not there.</summary>
    public Page? Find(int position)
    {
        int index = IndexOf(position);
        return index >= 0 && _kept[index].Position == position ? _kept[index].Page : null;
    }

    /// <summary>Of an empty text: has the state of another one that begins alike.</summary>
    public void Share(int position, Page state)
    {
        _pool.Share(state);
        _kept.Add((position, state));
        _last = position;
    }

    /// <summary>The bytes of the state after a position that <see cref="Keep"/> gives back and that is not 0.</summary>
    public Span<byte> At(int position) =>
        new(_kept[IndexOf(position)].Page.Address, checked((int)_pool.Layout.FixedBytes));

    /// <summary>Has a state after a position, whose bytes are to be set.</summary>
    public Span<byte> Restore(int position)
    {
        _kept.Add((position, _pool.Take(_kind)));
        _last = position;
        return At(position);
    }

    /// <summary>Gives all states back.</summary>
    public void Free()
    {
        foreach ((_, Page page) in _kept)
        {
            _pool.Return(_kind, page);
        }

        _kept.Clear();
        if (_written is not null)
        {
            _pool.Return(_kind, _written);
            _written = null;
        }

        _writtenPosition = None;
        _last = 0;
        _beforeLast = 0;
    }

    /// <summary>Index of the last state that is not behind a position; -1: there is none.</summary>
    private int IndexOf(int position)
    {
        int index = _kept.Count - 1;
        while (index >= 0 && _kept[index].Position > position)
        {
            index--;
        }

        return index;
    }

    /// <summary>Keeps what has been written, unless that is done already, and drops what is neither of the last calls nor a checkpoint still kept.</summary>
    private void KeepWritten()
    {
        if (_written is not null)
        {
            _kept.Add((_writtenPosition, _written));
            _written = null;
        }

        int newest = _kept[^1].Position / _spacing;
        for (int i = _kept.Count - 1; i >= 0; i--)
        {
            int position = _kept[i].Position;
            bool isCheckpoint = position % _spacing == 0 && StateMemory.IsKept(position / _spacing, newest);
            if (position != _last && position != _beforeLast && !isCheckpoint)
            {
                Remove(i);
            }
        }
    }

    /// <summary>Drops the states of a text that was rewound.</summary>
    private void DropBehind(int position)
    {
        while (_kept.Count > 0 && _kept[^1].Position > position)
        {
            Remove(_kept.Count - 1);
        }

        _last = int.Min(_last, position);
        _beforeLast = int.Min(_beforeLast, position);
    }

    private void Remove(int index)
    {
        _pool.Return(_kind, _kept[index].Page);
        _kept.RemoveAt(index);
    }
}
