using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Grammars.Matching;

namespace ModelGen.Grammars.Masks;

/// <summary>
/// Tokens by their bytes: a trie whose nodes lie depth first in arrays, so that a walk goes on to the next place, or jumps over all that begins
/// with a byte that may not follow. Node 0 is the root.
/// </summary>
internal sealed class TokenTrie
{
    private readonly byte[] _labels;
    private readonly ushort[] _depths;
    private readonly int[] _ends;
    private readonly ulong[] _kinds;
    private readonly int[] _firstTokens;
    private readonly int[] _tokens;
    private readonly ushort[] _items;

    /// <param name="labels">[node] the byte that leads there.</param>
    /// <param name="depths">[node] number of bytes that lead there.</param>
    /// <param name="ends">[node] the node behind all that it leads to.</param>
    /// <param name="kinds">[node] the kinds of the bytes that lead on from it, down to the last one.</param>
    /// <param name="firstTokens">[node + 1] where its tokens begin; the last one says where all end.</param>
    /// <param name="tokens">The tokens, node by node.</param>
    /// <param name="items">[token] items that come to their end before, if they are rests of tokens.</param>
    /// <param name="mostDepth">The largest depth.</param>
    private TokenTrie(
        byte[] labels, ushort[] depths, int[] ends, ulong[] kinds, int[] firstTokens, int[] tokens, ushort[] items, int mostDepth)
    {
        _labels = labels;
        _depths = depths;
        _ends = ends;
        _kinds = kinds;
        _firstTokens = firstTokens;
        _tokens = tokens;
        _items = items;
        MostDepth = mostDepth;
    }

    public int NodeCount => _labels.Length;

    /// <summary>Bytes of the longest token.</summary>
    public int MostDepth { get; }

    /// <summary>[node] the byte that leads there.</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>[node] number of bytes that lead there.</summary>
    public ReadOnlySpan<ushort> Depths => _depths;

    /// <summary>[node] the node behind all that it leads to.</summary>
    public ReadOnlySpan<int> Ends => _ends;

    /// <summary>
    /// [node] the kinds (<see cref="ByteKinds"/>) of all bytes that lead on from it; malformed ones where a character is not at its end.
    /// </summary>
    public ReadOnlySpan<ulong> Kinds => _kinds;

    /// <summary>The tokens that consist of the bytes that lead to a node.</summary>
    public ReadOnlySpan<int> TokensOf(int node) => _tokens.AsSpan(_firstTokens[node], _firstTokens[node + 1] - _firstTokens[node]);

    /// <summary>For each of these tokens the items that come to their end before.</summary>
    public ReadOnlySpan<ushort> ItemsOf(int node) => _items.AsSpan(_firstTokens[node], _firstTokens[node + 1] - _firstTokens[node]);

    /// <summary>The tokens that begin with the bytes that lead to a node.</summary>
    public ReadOnlySpan<int> TokensWithin(int node) => _tokens.AsSpan(_firstTokens[node], _firstTokens[_ends[node]] - _firstTokens[node]);

    /// <summary>For each of these tokens the items that come to their end before.</summary>
    public ReadOnlySpan<ushort> ItemsWithin(int node) => _items.AsSpan(_firstTokens[node], _firstTokens[_ends[node]] - _firstTokens[node]);

    /// <summary>The trie of some tokens.</summary>
    /// <param name="texts">The bytes of all of them.</param>
    /// <param name="tokens">The tokens; sorted in place.</param>
    public static TokenTrie Create(byte[] texts, List<TokenText> tokens)
    {
        tokens.Sort((left, right) => left.Of(texts).SequenceCompareTo(right.Of(texts)));
        List<byte> labels = [0];
        List<ushort> depths = [0];
        List<int> ends = [0];
        List<int> firstTokens = [0];
        int[] sorted = new int[tokens.Count];
        ushort[] items = new ushort[tokens.Count];
        List<int> path = [0];
        ReadOnlySpan<byte> before = [];
        for (int index = 0; index < sorted.Length; index++)
        {
            ReadOnlySpan<byte> text = tokens[index].Of(texts);
            Leave(text.CommonPrefixLength(before));
            while (path.Count <= text.Length)
            {
                path.Add(labels.Count);
                labels.Add(text[path.Count - 2]);
                depths.Add((ushort)(path.Count - 1));
                ends.Add(0);
                firstTokens.Add(index);
            }

            sorted[index] = tokens[index].Id;
            items[index] = tokens[index].Items;
            before = text;
        }

        Leave(-1);
        firstTokens.Add(sorted.Length);
        int mostDepth = 0;
        foreach (ushort depth in depths)
        {
            mostDepth = Math.Max(mostDepth, depth);
        }

        ulong[] kinds = KindsOf(CollectionsMarshal.AsSpan(labels), CollectionsMarshal.AsSpan(depths), mostDepth);
        return new TokenTrie([.. labels], [.. depths], [.. ends], kinds, [.. firstTokens], sorted, items, mostDepth);

        void Leave(int depth)
        {
            while (path.Count - 1 > depth)
            {
                ends[path[^1]] = labels.Count;
                path.RemoveAt(path.Count - 1);
            }
        }
    }

    private static ulong[] KindsOf(ReadOnlySpan<byte> labels, ReadOnlySpan<ushort> depths, int mostDepth)
    {
        Utf8Phase[] phases = new Utf8Phase[labels.Length];
        Utf8Phase[] path = new Utf8Phase[mostDepth + 1];
        for (int node = 1; node < labels.Length; node++)
        {
            phases[node] = path[depths[node]] = Utf8Phases.Next(path[depths[node] - 1], labels[node]);
        }

        // From the last node to the first, so that what leads on from a node is known before the node.
        ulong[] kinds = new ulong[labels.Length];
        ulong[] below = new ulong[mostDepth + 2];
        for (int node = labels.Length - 1; node >= 0; node--)
        {
            int depth = depths[node];
            kinds[node] = below[depth + 1] | (phases[node] == Utf8Phase.Between ? 0 : ByteKinds.Malformed);
            below[depth] |= below[depth + 1] | (
                phases[node] == Utf8Phase.Malformed ? ByteKinds.Malformed
                : labels[node] >= 0x80 ? ByteKinds.BeyondAscii
                : ByteKinds.OfAscii(labels[node]));
            below[depth + 1] = 0;
        }

        return kinds;
    }
}
