using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;
using ModelGen.Execution;
using ModelGen.Sessions;

namespace ModelGen.Serving;

/// <summary>
/// What a model remembers of texts that were evaluated, for those that begin alike: a tree over their ids, a page a node. Its pages are counted
/// references, which running sequences share; those that were used least recently go first. Used by one thread, but for <see cref="Bytes"/>.
/// </summary>
/// <remarks>
/// A page is put here as soon as it is full, while those of layers with a window still are there; the rest of a text when its request ends.
/// A text that parts from another one within a page takes a copy of what they have in common. A state of a fixed size is of one position:
/// there are those of the ends of pages and of texts.
/// </remarks>
/// <param name="pool">Where the pages come from.</param>
internal sealed class PrefixCache(PagePool pool)
{
    private readonly StateLayout _layout = pool.Layout;
    private readonly PrefixNode _root = new(parent: null, ids: [], pages: []);

    // The last used first. A node stands in front of its children, so that the last one has none.
    private readonly LinkedList<PrefixNode> _byUse = [];
    private readonly List<PrefixNode> _path = [];
    private long _bytes;

    /// <summary>Bytes of all that is kept, whether running sequences have it too or not.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    private bool HasStates => _layout.FixedBytes > 0;

    /// <summary>Has a sequence that remembers nothing take over what is known of its text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="logits">Last tokens of it that are to be evaluated in any case.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <exception cref="PageShortageException">There is no memory for a copy; the sequence remembers nothing yet.</exception>
    public void Adopt(SessionText text, int logits, PagedSequence sequence)
    {
        PrefixNode? rest = Find(text.Tokens[..^logits], out int common);
        if (HasStates)
        {
            rest = rest?.State is null ? null : rest;
            while (rest is null && _path.Count > 0 && _path[^1].State is null)
            {
                _path.RemoveAt(_path.Count - 1);
            }
        }

        int position = _path.Count * _layout.PagePositions;
        if (rest is not null)
        {
            sequence.CopyPage(_path.Count, rest.Pages, common);
            position += common;
        }

        for (int page = 0; page < _path.Count; page++)
        {
            sequence.SharePage(page, _path[page].Pages);
        }

        PrefixNode last = rest ?? (_path.Count > 0 ? _path[^1] : _root);
        if (last.State is not null && HasStates)
        {
            sequence.ShareState(position, last.State);
        }

        Touch(last);
        text.SetEvaluated(position);
        text.Remembered = position;
    }

    /// <summary>Full pages of so many positions.</summary>
    public int CountPages(int positions) => positions / _layout.PagePositions;

    /// <summary>Keeps the full pages of what has been evaluated of a text.</summary>
    public void KeepPages(SessionText text, PagedSequence sequence) => Touch(AddPages(text, sequence));

    /// <summary>Keeps all that has been evaluated of a text that ends here.</summary>
    public void KeepAll(SessionText text, PagedSequence sequence)
    {
        PrefixNode node = AddPages(text, sequence);
        int page = text.Evaluated / _layout.PagePositions;
        int positions = text.Evaluated % _layout.PagePositions;
        if (positions > 0 && _path.Count == page)
        {
            node = AddRest(node, text.Tokens.Slice(text.Evaluated - positions, positions), page, text.Evaluated, sequence);
        }

        Touch(node);
    }

    /// <summary>Gives back what was used least recently, of what no running sequence has too.</summary>
    /// <returns>False: there is nothing.</returns>
    public bool TryEvict()
    {
        for (LinkedListNode<PrefixNode>? use = _byUse.Last; use is not null; use = use.Previous)
        {
            if (use.Value.Children.Count == 0 && !IsOthersToo(use.Value))
            {
                Remove(use.Value);
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds the nodes that a text begins with, as the path, and the one that has most of what follows.</summary>
    private PrefixNode? Find(ReadOnlySpan<int> ids, out int common)
    {
        _path.Clear();
        PrefixNode node = _root;
        while (true)
        {
            PrefixNode? child = node.FindChild(ids, isWhole: HasStates, out common);
            if (child is null || common < _layout.PagePositions)
            {
                return child;
            }

            _path.Add(child);
            node = child;
            ids = ids[common..];
        }
    }

    /// <summary>Adds the full pages of a text, which are the path then.</summary>
    /// <returns>The last one's node.</returns>
    private PrefixNode AddPages(SessionText text, PagedSequence sequence)
    {
        _path.Clear();
        PrefixNode node = _root;
        for (int end = _layout.PagePositions; end <= text.Evaluated; end += _layout.PagePositions)
        {
            ReadOnlySpan<int> ids = text.Tokens[(end - _layout.PagePositions)..end];
            PrefixNode? child = node.FindChild(ids, isWhole: true, out int common);
            if (common < ids.Length)
            {
                child = Add(node, ids, _path.Count, end, sequence);
            }

            // The pages of a window may be gone, where what was kept of them is gone too.
            if (child is null)
            {
                break;
            }

            child.State ??= TakeState(end, sequence);
            _path.Add(child);
            node = child;
        }

        return node;
    }

    private PrefixNode AddRest(PrefixNode parent, ReadOnlySpan<int> ids, int page, int end, PagedSequence sequence)
    {
        PrefixNode? child = parent.FindChild(ids, isWhole: HasStates, out int common);
        if (child is not null && common == ids.Length)
        {
            return child;
        }

        return !HasStates || sequence.StateAt(end) is not null ? Add(parent, ids, page, end, sequence) ?? parent : parent;
    }

    private PrefixNode? Add(PrefixNode parent, ReadOnlySpan<int> ids, int page, int end, PagedSequence sequence)
    {
        Page[] pages = new Page[_layout.Classes.Count];
        for (int stateClass = 0; stateClass < pages.Length; stateClass++)
        {
            if (sequence.PageAt(stateClass, page) is not Page own)
            {
                return null;
            }

            pages[stateClass] = own;
        }

        for (int stateClass = 0; stateClass < pages.Length; stateClass++)
        {
            pool.Share(pages[stateClass]);
            _bytes += pool.PageBytes(stateClass);
        }

        RemoveBeginnings(parent, ids);
        var node = new PrefixNode(parent, ids.ToArray(), pages);
        node.State = TakeState(end, sequence);
        parent.Children.Add(node);
        _byUse.AddFirst(node.Use);
        return node;
    }

    /// <summary>Removes what a new child has too; a state of a fixed size it does not have.</summary>
    private void RemoveBeginnings(PrefixNode parent, ReadOnlySpan<int> ids)
    {
        for (int index = parent.Children.Count - 1; index >= 0 && !HasStates; index--)
        {
            if (ids.StartsWith(parent.Children[index].Ids))
            {
                Remove(parent.Children[index]);
            }
        }
    }

    private bool IsOthersToo(PrefixNode node)
    {
        foreach (Page page in node.Pages)
        {
            if (!pool.IsShared(page))
            {
                return false;
            }
        }

        // One that has nothing is worth nothing.
        return node.State is null ? node.Pages.Length > 0 : pool.IsShared(node.State);
    }

    private Page? TakeState(int position, PagedSequence sequence)
    {
        if (!HasStates || sequence.StateAt(position) is not Page state)
        {
            return null;
        }

        pool.Share(state);
        _bytes += pool.PageBytes(_layout.FixedKind);
        return state;
    }

    private void Remove(PrefixNode node)
    {
        for (int stateClass = 0; stateClass < node.Pages.Length; stateClass++)
        {
            pool.Return(stateClass, node.Pages[stateClass]);
            _bytes -= pool.PageBytes(stateClass);
        }

        if (node.State is not null)
        {
            pool.Return(_layout.FixedKind, node.State);
            _bytes -= pool.PageBytes(_layout.FixedKind);
        }

        node.Parent!.Children.Remove(node);
        _byUse.Remove(node.Use);
    }

    // The parents last, so that they come to stand in front.
    private void Touch(PrefixNode last)
    {
        for (PrefixNode node = last; node.Parent is not null; node = node.Parent)
        {
            _byUse.Remove(node.Use);
            _byUse.AddFirst(node.Use);
        }
    }
}
