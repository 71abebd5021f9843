using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Matching;

/// <summary>
/// What a text may have led to: a set of stacks of heads. It is kept as the heads on top and, for each of them, the set of what may lie below.
/// Immutable, and made once; so two are equal if they are the same object.
/// </summary>
internal sealed class GrammarState
{
    // Room for so many bytes before there is an array of all 256.
    private const int FewBytes = 4;

    private byte[]? _bytes;
    private GrammarState?[]? _next;
    private int _nextCount;

    /// <param name="heads">The heads on top, in order.</param>
    /// <param name="tails">For each head what may lie below.</param>
    /// <param name="isAccepting">Whether the empty stack is in the set: a text may end here.</param>
    /// <param name="number">A number that no other state of the grammar has.</param>
    public GrammarState(Head[] heads, GrammarState[] tails, bool isAccepting, int number)
    {
        Heads = heads;
        Tails = tails;
        IsAccepting = isAccepting;
        Number = number;
        int items = int.MaxValue;
        List<ExitHead>? exits = null;
        for (int index = 0; index < heads.Length; index++)
        {
            Head head = heads[index];
            if (head is ExitHead exit)
            {
                (exits ??= []).Add(exit);
                continue;
            }

            Bytes |= head.Bytes;
            HasTokens |= head.Terminal is not null;
            items = Math.Min(items, head.Items >= 0 ? head.Items : tails[index].Items);
        }

        Items = items == int.MaxValue ? 0 : items;
        Exits = exits is null ? [] : [.. exits];
        HasBytes = !Bytes.IsEmpty;
        IsDead = heads.Length == 0 && !isAccepting;
    }

    /// <summary>The heads on top, in order.</summary>
    public Head[] Heads { get; }

    /// <summary>For each head what may lie below.</summary>
    public GrammarState[] Tails { get; }

    /// <summary>Whether a text may end here.</summary>
    public bool IsAccepting { get; }

    public int Number { get; }

    /// <summary>The bytes that may follow. Each leads to a state that is not dead.</summary>
    public ByteSet Bytes { get; }

    /// <summary>Whether any byte may follow.</summary>
    public bool HasBytes { get; }

    /// <summary>Whether tokens may follow that the grammar names as such, whatever their bytes.</summary>
    public bool HasTokens { get; }

    /// <summary>Whether nothing may follow.</summary>
    public bool IsEnd => !HasBytes && !HasTokens;

    /// <summary>Those of the heads that only say that something was left.</summary>
    public ExitHead[] Exits { get; }

    /// <summary>
    /// Fewest items that have come to their end, where <see cref="ItemHead"/>s lie at the bottom of the stacks and count them; 0 where
    /// there are none.
    /// </summary>
    public int Items { get; }

    /// <summary>The kinds of bytes (<see cref="ByteKinds"/>) that lead back here and leave nothing on the way.</summary>
    public ulong Loops => Heads.Length == 1 && !IsAccepting ? Heads[0].Loops : 0;

    /// <summary>Whether nothing is accepted here or behind.</summary>
    public bool IsDead { get; }

    /// <summary>The same with all calls made and all ends left, once that is known.</summary>
    public GrammarState? Closed { get; set; }

    /// <summary>Where a byte leads, if that is known.</summary>
    public GrammarState? KnownNext(byte value)
    {
        GrammarState?[]? next = _next;
        if (next is null)
        {
            return null;
        }

        if (next.Length > FewBytes)
        {
            return next[value];
        }

        for (int index = 0; index < _nextCount; index++)
        {
            if (_bytes![index] == value)
            {
                return next[index];
            }
        }

        return null;
    }

    /// <summary>Says where a byte leads, which was not known.</summary>
    public void SetNext(byte value, GrammarState next)
    {
        if (_next is null)
        {
            _next = new GrammarState?[FewBytes];
            _bytes = new byte[FewBytes];
        }
        else if (_bytes is not null && _nextCount == FewBytes)
        {
            GrammarState?[] all = new GrammarState?[256];
            for (int index = 0; index < FewBytes; index++)
            {
                all[_bytes[index]] = _next[index];
            }

            _next = all;
            _bytes = null;
        }

        if (_bytes is null)
        {
            _next[value] = next;
        }
        else
        {
            _bytes[_nextCount] = value;
            _next[_nextCount++] = next;
        }
    }
}
