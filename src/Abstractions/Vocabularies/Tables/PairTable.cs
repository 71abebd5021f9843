using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Vocabularies;

/// <summary>Builds the hash table of a byte-pair vocabulary's merges.</summary>
internal sealed class PairTable
{
    private PairTable(PairSlot[] slots) => Slots = slots;

    /// <summary>Its slots: a power of two, at least one and a half times as many as merges.</summary>
    public PairSlot[] Slots { get; }

    /// <summary>Builds the table; texts that are no tokens are added to the symbols.</summary>
    public static PairTable Create(byte[][] merges, SymbolSet symbols)
    {
        Dictionary<(int Left, int Right), PairSlot> pairs = [];
        for (int rank = 0; rank < merges.Length; rank++)
        {
            // Of two equal merges the first one counts. One with a text that stands for no bytes can never be reached.
            if (Split(merges[rank], symbols.DecodesBytes) is (byte[] left, byte[] right))
            {
                PairSlot pair = new() { Left = symbols.Add(left), Right = symbols.Add(right), Rank = rank };
                if (!pairs.ContainsKey((pair.Left, pair.Right)))
                {
                    pair.Merged = symbols.Add([.. left, .. right]);
                    pairs.Add((pair.Left, pair.Right), pair);
                }
            }
        }

        return new PairTable(Hash(pairs.Values.OrderBy(pair => pair.Rank).ToArray()));
    }

    // The space that parts a merge is the first one behind its first character: that may be a space itself.
    private static (byte[] Left, byte[] Right)? Split(byte[] merge, bool decodesBytes)
    {
        int space = Array.IndexOf(merge, (byte)' ', Math.Min(1, merge.Length));
        if (space < 0 || space == merge.Length - 1)
        {
            return null;
        }

        byte[] left = merge.Take(space).ToArray();
        byte[] right = merge.Skip(space + 1).ToArray();
        if (!decodesBytes)
        {
            return (left, right);
        }

        return ByteEncoding.Decode(left) is byte[] leftBytes && ByteEncoding.Decode(right) is byte[] rightBytes
            ? (leftBytes, rightBytes)
            : null;
    }

    private static PairSlot[] Hash(PairSlot[] pairs)
    {
        if (pairs.Length == 0)
        {
            return [];
        }

        int capacity = 2;
        while (2L * capacity < 3L * pairs.Length)
        {
            capacity *= 2;
        }

        PairSlot[] slots = new PairSlot[capacity];
        for (int slot = 0; slot < capacity; slot++)
        {
            slots[slot].Left = VocabularySection.None;
        }

        foreach (PairSlot pair in pairs)
        {
            uint slot = VocabularySection.Hash(pair.Left, pair.Right) & (uint)(capacity - 1);
            while (slots[slot].Left != VocabularySection.None)
            {
                slot = (slot + 1) & (uint)(capacity - 1);
            }

            slots[slot] = pair;
        }

        return slots;
    }
}
