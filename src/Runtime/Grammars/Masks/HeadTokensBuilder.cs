using System;
using System.Collections.Generic;
using ModelGen.Grammars.Matching;

namespace ModelGen.Grammars.Masks;

/// <summary>Walks over the vocabulary from a head with nothing known below it.</summary>
internal sealed class HeadTokensBuilder(GrammarVocabulary vocabulary, GrammarStates states)
{
    private readonly List<List<int>> _stays = [];
    private readonly Dictionary<int, FoundExit> _exits = [];

    // That of the member before: mostly there is one.
    private FoundExit? _last;

    /// <summary>Where tokens lead from a head.</summary>
    public HeadTokens Build(Head head)
    {
        TokenTrie trie = vocabulary.Trie;
        ReadOnlySpan<ushort> depths = trie.Depths;
        ReadOnlySpan<byte> labels = trie.Labels;
        ReadOnlySpan<int> ends = trie.Ends;
        ReadOnlySpan<ulong> kinds = trie.Kinds;

        // What the head calls before it takes a byte is another head of the same state.
        GrammarState[] path = new GrammarState[trie.MostDepth + 1];
        path[0] = states.Make(head, states.End);
        for (int node = 1; node < labels.Length;)
        {
            int depth = depths[node];
            GrammarState before = path[depth - 1];
            GrammarState state = before.KnownNext(labels[node]) ?? states.Next(before, labels[node]);
            if (state.IsDead)
            {
                node = ends[node];
                continue;
            }

            if (state.Loops is not 0 and ulong loops && (kinds[node] & ~loops) == 0)
            {
                // All that may follow here changes nothing.
                At(_stays, state.Items).AddRange(trie.TokensWithin(node));
                node = ends[node];
                continue;
            }

            ReadOnlySpan<int> tokens = trie.TokensOf(node);
            if (!tokens.IsEmpty && !state.IsEnd)
            {
                At(_stays, state.Items).AddRange(tokens);
            }

            bool leadsOn = ends[node] > node + 1;
            if (state.IsAccepting)
            {
                AddExit(0, 0, tokens, node, leadsOn);
            }

            foreach (ExitHead exit in state.Exits)
            {
                AddExit(exit.Member, exit.Count, tokens, node, leadsOn);
            }

            path[depth] = state;
            node = state.HasBytes ? node + 1 : ends[node];
        }

        List<HeadExit> exits = [];
        foreach (FoundExit exit in _exits.Values)
        {
            exits.Add(exit.ToExit(vocabulary.MaskLength));
        }

        return new HeadTokens(_stays, [.. exits], vocabulary.MaskLength);
    }

    private void AddExit(int member, int items, ReadOnlySpan<int> tokens, int node, bool leadsOn)
    {
        if (_last?.Member != member && !_exits.TryGetValue(member, out _last))
        {
            _last = new FoundExit(member);
            _exits.Add(member, _last);
        }

        if (!tokens.IsEmpty)
        {
            At(_last.Ends, items).AddRange(tokens);
        }

        if (leadsOn)
        {
            _last.Nodes.Add(node);
            _last.Items.Add((ushort)items);
        }
    }

    private static List<int> At(List<List<int>> lists, int index)
    {
        while (lists.Count <= index)
        {
            lists.Add([]);
        }

        return lists[index];
    }

    private sealed class FoundExit(int member)
    {
        public int Member => member;

        public List<List<int>> Ends { get; } = [];

        public List<int> Nodes { get; } = [];

        public List<ushort> Items { get; } = [];

        public HeadExit ToExit(int maskLength)
        {
            TokenSet[] ends = new TokenSet[Ends.Count];
            for (int items = 0; items < ends.Length; items++)
            {
                ends[items] = TokenSet.Of([.. Ends[items]], maskLength);
            }

            return new HeadExit(member, ends, [.. Nodes], [.. Items]);
        }
    }
}
