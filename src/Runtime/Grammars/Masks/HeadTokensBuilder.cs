using System.Collections.Generic;
using ModelGen.Grammars.Matching;

namespace ModelGen.Grammars.Masks;

/// <summary>Walks over the vocabulary from a head with nothing known below it.</summary>
internal sealed class HeadTokensBuilder(GrammarVocabulary vocabulary, GrammarStates states)
{
    private readonly List<List<int>> _stays = [];
    private readonly SortedDictionary<int, (List<int> Ends, List<int> Nodes)> _exits = [];

    /// <summary>Where tokens lead from a head.</summary>
    public HeadTokens Build(Head head)
    {
        TokenTrie trie = vocabulary.Trie;
        GrammarState[] path = new GrammarState[trie.MostDepth + 1];
        path[0] = states.Close(states.Make(head, states.End));
        for (int node = 1; node < trie.NodeCount;)
        {
            int depth = trie.Depths[node];
            GrammarState state = states.Next(path[depth - 1], trie.Labels[node]);
            if (state.IsDead)
            {
                node = trie.Ends[node];
                continue;
            }

            Visit(node, state);
            path[depth] = state;
            node = state.Bytes.IsEmpty ? trie.Ends[node] : node + 1;
        }

        List<HeadExit> exits = [];
        foreach ((int way, (List<int> ends, List<int> nodes)) in _exits)
        {
            exits.Add(new HeadExit(way, TokenSet.Of([.. ends], vocabulary.MaskLength), [.. nodes]));
        }

        return new HeadTokens(_stays, [.. exits], vocabulary.MaskLength);
    }

    private void Visit(int node, GrammarState state)
    {
        System.ReadOnlySpan<int> tokens = vocabulary.Trie.TokensOf(node);
        if (!state.Bytes.IsEmpty && !tokens.IsEmpty)
        {
            while (_stays.Count <= state.Items)
            {
                _stays.Add([]);
            }

            _stays[state.Items].AddRange(tokens);
        }

        if (state.IsAccepting)
        {
            AddExit(0);
        }

        foreach (Head head in state.Heads)
        {
            if (head is ExitHead exit)
            {
                AddExit(exit.Way);
            }
        }

        void AddExit(int way)
        {
            if (!_exits.TryGetValue(way, out (List<int> Ends, List<int> Nodes) exit))
            {
                exit = ([], []);
                _exits.Add(way, exit);
            }

            exit.Ends.AddRange(vocabulary.Trie.TokensOf(node));
            if (vocabulary.Trie.Ends[node] > node + 1)
            {
                exit.Nodes.Add(node);
            }
        }
    }
}
