using System;
using System.Collections.Generic;
using ModelGen.Grammars.Matching;

namespace ModelGen.Grammars.Masks;

/// <summary>
/// Which tokens of a vocabulary may follow: a bit for each token, low bit first. Safe for concurrent use; sessions that use the same grammar
/// should use the same object.
/// </summary>
/// <param name="vocabulary">The tokens.</param>
/// <param name="states">The grammar's states.</param>
internal sealed class GrammarMasks(GrammarVocabulary vocabulary, GrammarStates states)
{
    private const int MostBytesOfMasks = 32 << 20;
    private const int FewestBytesOfText = 32;

    private readonly Dictionary<GrammarState, ulong[]> _masks = [];
    private readonly Queue<GrammarState> _order = new();
    private readonly Dictionary<Head, HeadTokens> _tokens = [];
    private readonly GrammarState[] _path = new GrammarState[vocabulary.Trie.MostDepth + 1];
    private int _generation;

    public GrammarVocabulary Vocabulary => vocabulary;

    public GrammarStates States => states;

    /// <summary>The tokens that the grammar names.</summary>
    public NamedTokens Named { get; } = new(vocabulary, states);

    /// <summary>The tokens that may follow a matcher's text; those that end an answer where the text may end.</summary>
    /// <param name="matcher">Matches by <see cref="States"/>.</param>
    public ReadOnlySpan<ulong> MaskOf(GrammarMatcher matcher) => MaskOf(matcher.State);

    /// <summary>The tokens that may follow in a state; those that end an answer where a text may end.</summary>
    public ReadOnlySpan<ulong> MaskOf(GrammarState state)
    {
        lock (states.Gate)
        {
            if (_generation != states.Generation)
            {
                _generation = states.Generation;
                _masks.Clear();
                _order.Clear();
                _tokens.Clear();
            }

            if (!_masks.TryGetValue(state, out ulong[]? mask))
            {
                mask = Make(state);
                if (_masks.Count > MostBytesOfMasks / (vocabulary.MaskLength * sizeof(ulong)))
                {
                    _masks.Remove(_order.Dequeue());
                }

                _masks.Add(state, mask);
                _order.Enqueue(state);
            }

            return mask;
        }
    }

    private ulong[] Make(GrammarState state)
    {
        ulong[] mask = new ulong[vocabulary.MaskLength];
        for (int index = 0; index < state.Heads.Length; index++)
        {
            Add(mask, state.Heads[index], state.Tails[index]);
        }

        if (state.IsAccepting)
        {
            foreach (int id in vocabulary.EndsOfGeneration)
            {
                TokenSet.Set(mask, id);
            }
        }

        return mask;
    }

    private void Add(ulong[] mask, Head head, GrammarState tail)
    {
        if (head.Terminal is TokenTerminal terminal)
        {
            Named.SetOf(terminal).AddTo(mask);
            return;
        }

        HeadTokens tokens = TokensOf(head.Model);
        tokens.Stays(head.MostItems).AddTo(mask);
        foreach (HeadExit exit in tokens.Exits)
        {
            // Tokens that end between two items stay inside, unless no other item may come.
            int least = Math.Max(head.LeastItems, head.MostItems == int.MaxValue ? 0 : head.MostItems);
            for (int items = least; items < exit.Ends.Length && items <= head.MostItems; items++)
            {
                exit.Ends[items].AddTo(mask);
            }

            GrammarState behind = states.Leave(head, exit.Member, tail);
            Walk(mask, exit.RestsOf(vocabulary.Trie, behind.Bytes), behind, head.LeastItems, head.MostItems);
        }
    }

    private HeadTokens TokensOf(Head head)
    {
        if (!_tokens.TryGetValue(head, out HeadTokens? tokens))
        {
            // Free text is what a walk takes long for, and what many grammars have.
            int[]? content = head.Bytes.Count >= FewestBytesOfText ? head.Content : null;
            tokens = content is null ? null : vocabulary.Shared(content);
            if (tokens is null)
            {
                tokens = new HeadTokensBuilder(vocabulary, states).Build(head);
                if (content is not null)
                {
                    vocabulary.Share(content, tokens);
                }
            }

            _tokens.Add(head, tokens);
        }

        return tokens;
    }

    // Adds the tokens of a trie of rests that lead to something.
    private void Walk(ulong[] mask, TokenTrie trie, GrammarState start, int leastItems, int mostItems)
    {
        _path[0] = start;
        for (int node = 1; node < trie.NodeCount;)
        {
            int depth = trie.Depths[node];
            GrammarState state = states.Next(_path[depth - 1], trie.Labels[node]);
            if (state.IsDead)
            {
                node = trie.Ends[node];
                continue;
            }

            // What may follow where all of it changes nothing belongs to the mask with the token itself.
            bool isAll = (trie.Kinds[node] & ~state.Loops) == 0;
            ReadOnlySpan<int> tokens = isAll ? trie.TokensWithin(node) : trie.TokensOf(node);
            ReadOnlySpan<ushort> items = isAll ? trie.ItemsWithin(node) : trie.ItemsOf(node);
            for (int index = 0; index < tokens.Length; index++)
            {
                if (items[index] >= leastItems && items[index] <= mostItems)
                {
                    TokenSet.Set(mask, tokens[index]);
                }
            }

            _path[depth] = state;
            node = isAll ? trie.Ends[node] : node + 1;
        }
    }
}
