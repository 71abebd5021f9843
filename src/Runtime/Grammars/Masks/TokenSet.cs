using System;
using System.Runtime.InteropServices;
using System.Numerics;

namespace ModelGen.Grammars.Masks;

/// <summary>A set of tokens that is added to masks: a few ids, or a mask.</summary>
internal sealed class TokenSet
{
    // Bits of so many words are set in the time of one that is set by itself.
    private const int WordsOfAnId = 8;

    private readonly int[]? _ids;
    private readonly ulong[]? _mask;

    private TokenSet(int[]? ids, ulong[]? mask)
    {
        _ids = ids;
        _mask = mask;
    }

    public static TokenSet Empty { get; } = new([], null);

    /// <summary>The set of some tokens.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="maskLength">Words of a mask.</param>
    public static TokenSet Of(ReadOnlySpan<int> ids, int maskLength)
    {
        if (ids.Length <= maskLength / WordsOfAnId)
        {
            return ids.IsEmpty ? Empty : new TokenSet(ids.ToArray(), null);
        }

        ulong[] mask = new ulong[maskLength];
        foreach (int id in ids)
        {
            Set(mask, id);
        }

        return new TokenSet(null, mask);
    }

    /// <summary>The set without some of its tokens.</summary>
    /// <param name="ids">These tokens.</param>
    /// <param name="maskLength">Words of a mask.</param>
    public TokenSet Without(ReadOnlySpan<int> ids, int maskLength)
    {
        ulong[] mask = new ulong[maskLength];
        AddTo(mask);
        foreach (int id in ids)
        {
            mask[id >> 6] &= ~(1UL << id);
        }

        return new TokenSet(null, mask);
    }

    /// <summary>Sets the bit of a token.</summary>
    public static void Set(Span<ulong> mask, int id) => mask[id >> 6] |= 1UL << id;

    /// <summary>Sets the bits of the set's tokens.</summary>
    public void AddTo(Span<ulong> mask)
    {
        if (_mask is null)
        {
            foreach (int id in _ids!)
            {
                Set(mask, id);
            }

            return;
        }

        Span<Vector<ulong>> to = MemoryMarshal.Cast<ulong, Vector<ulong>>(mask);
        ReadOnlySpan<Vector<ulong>> from = MemoryMarshal.Cast<ulong, Vector<ulong>>(_mask);
        for (int index = 0; index < to.Length; index++)
        {
            to[index] |= from[index];
        }

        for (int index = to.Length * Vector<ulong>.Count; index < mask.Length; index++)
        {
            mask[index] |= _mask[index];
        }
    }
}
