using System.Collections.Generic;

namespace ModelGen.Grammars.Masks;

/// <summary>A way out of what a head belongs to: after some items, or with some member.</summary>
/// <param name="way">The number of items, or of the member.</param>
/// <param name="ends">Tokens that end where it is left.</param>
/// <param name="nodes">Nodes of the vocabulary where it is left and that tokens lead on from.</param>
internal sealed class HeadExit(int way, TokenSet ends, int[] nodes)
{
    private readonly List<(ByteSet Bytes, TokenTrie Rests)> _rests = [];

    public int Way => way;

    /// <summary>Tokens that end where it is left.</summary>
    public TokenSet Ends => ends;

    /// <summary>
    /// What may remain of tokens behind the exit. All places where it is left are one trie, so that rests that are equal are walked over once.
    /// </summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="bytes">What may come first.</param>
    public TokenTrie RestsOf(TokenTrie vocabulary, ByteSet bytes)
    {
        foreach ((ByteSet known, TokenTrie rests) in _rests)
        {
            if (known == bytes)
            {
                return rests;
            }
        }

        TokenTrie result = Collect(vocabulary, bytes);
        _rests.Add((bytes, result));
        return result;
    }

    private TokenTrie Collect(TokenTrie vocabulary, ByteSet bytes)
    {
        List<byte> texts = [];
        List<TokenText> tokens = [];
        byte[] path = new byte[vocabulary.MostDepth];
        foreach (int node in nodes)
        {
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
                    tokens.Add(new TokenText(token, texts.Count, length));
                    texts.AddRange(path[..length]);
                }

                child++;
            }
        }

        return TokenTrie.Create([.. texts], tokens);
    }
}
