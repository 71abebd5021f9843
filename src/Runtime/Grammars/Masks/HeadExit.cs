using System;
using System.Collections.Concurrent;
using System.Collections.Generic;

namespace ModelGen.Grammars.Masks;

/// <summary>A way out of what a head belongs to, and where in the vocabulary it is taken.</summary>
/// <param name="member">Number of the member that it leads to, where there are members.</param>
/// <param name="ends">[items] tokens that end where it is taken, after so many items.</param>
/// <param name="nodes">Nodes of the vocabulary where it is taken and that tokens lead on from.</param>
/// <param name="items">[index of the node] items that come to their end before.</param>
internal sealed class HeadExit(int member, TokenSet[] ends, int[] nodes, ushort[] items)
{
    private const int MostTries = 64;

    private readonly ConcurrentDictionary<ByteSet, TokenTrie> _rests = [];

    /// <summary>Number of the member that it leads to, where there are members.</summary>
    public int Member => member;

    /// <summary>[items] tokens that end where it is taken, after so many items.</summary>
    public TokenSet[] Ends => ends;

    /// <summary>
    /// What may remain of tokens behind the exit. All places where it is taken are one trie, so that rests that are equal are walked over once.
    /// </summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="bytes">What may come first.</param>
    public TokenTrie RestsOf(TokenTrie vocabulary, ByteSet bytes)
    {
        if (!_rests.TryGetValue(bytes, out TokenTrie? rests))
        {
            rests = Collect(vocabulary, bytes);
            if (_rests.Count >= MostTries)
            {
                _rests.Clear();
            }

            _rests[bytes] = rests;
        }

        return rests;
    }

    private TokenTrie Collect(TokenTrie vocabulary, ByteSet bytes)
    {
        List<byte> texts = [];
        List<TokenText> tokens = [];
        byte[] path = new byte[vocabulary.MostDepth];
        for (int index = 0; index < nodes.Length; index++)
        {
            int node = nodes[index];
            int depth = vocabulary.Depths[node];
            int end = vocabulary.Ends[node];
            for (int child = node + 1; child < end;)
            {
                if (vocabulary.Depths[child] == depth + 1 && !bytes.Contains(vocabulary.Labels[child]))
                {
                    child = vocabulary.Ends[child];
                    continue;
                }

                int length = vocabulary.Depths[child] - depth;
                path[length - 1] = vocabulary.Labels[child];
                foreach (int token in vocabulary.TokensOf(child))
                {
                    tokens.Add(new TokenText(token, texts.Count, length, items[index]));
                    texts.AddRange(path.AsSpan(0, length));
                }

                child++;
            }
        }

        return TokenTrie.Create([.. texts], tokens);
    }
}
