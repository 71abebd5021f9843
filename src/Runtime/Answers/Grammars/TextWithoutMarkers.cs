using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Matching;

namespace ModelGen.Answers;

/// <summary>
/// The automaton of all texts in UTF-8 in which none of some texts occurs (Aho and Corasick 1975): its states are how much of one of them the
/// text ends with, and where in a character it is.
/// </summary>
internal sealed class TextWithoutMarkers
{
    private const int Root = 0;

    // The trie of the markers' bytes: [node] where each byte leads, where to go on if none does, and whether a marker ends there.
    private readonly List<Dictionary<byte, int>> _children = [[]];
    private readonly List<int> _failure = [Root];
    private readonly List<bool> _isMarker = [false];

    private TextWithoutMarkers(IEnumerable<string> markers)
    {
        foreach (string marker in markers)
        {
            int node = Root;
            foreach (byte value in Encoding.UTF8.GetBytes(marker))
            {
                if (!_children[node].TryGetValue(value, out int next))
                {
                    _children[node].Add(value, next = _children.Count);
                    _children.Add([]);
                    _failure.Add(Root);
                    _isMarker.Add(false);
                }

                node = next;
            }

            _isMarker[node] = true;
        }

        Queue<int> open = new(_children[Root].Values);
        while (open.TryDequeue(out int node))
        {
            foreach ((byte value, int child) in _children[node])
            {
                _failure[child] = Next(_failure[node], value);
                _isMarker[child] |= _isMarker[_failure[child]];
                open.Enqueue(child);
            }
        }
    }

    /// <summary>The texts.</summary>
    /// <param name="markers">What does not occur in them; none of them is empty.</param>
    public static GrammarExpression Expression(params IEnumerable<string> markers) =>
        new AutomatonExpression(new TextWithoutMarkers(markers).Build());

    private ByteAutomaton Build()
    {
        // All bytes apart: the compiler of grammars joins those that it need not tell apart.
        byte[] classes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        List<(int Node, Utf8Phase Phase)> states = [(Root, Utf8Phase.Between)];
        Dictionary<(int, Utf8Phase), int> numbers = new() { [states[0]] = 0 };
        List<int> transitions = [];
        for (int state = 0; state < states.Count; state++)
        {
            for (int value = 0; value < 256; value++)
            {
                (int Node, Utf8Phase Phase) next = (Next(states[state].Node, (byte)value), Utf8Phases.Next(states[state].Phase, (byte)value));
                int target = ByteAutomaton.Dead;
                if (!_isMarker[next.Node] && next.Phase != Utf8Phase.Malformed && !numbers.TryGetValue(next, out target))
                {
                    target = states.Count;
                    numbers.Add(next, target);
                    states.Add(next);
                }

                transitions.Add(target);
            }
        }

        return new ByteAutomaton(classes, [.. transitions], [.. states.Select(state => state.Phase == Utf8Phase.Between)]);
    }

    private int Next(int node, byte value)
    {
        while (true)
        {
            if (_children[node].TryGetValue(value, out int next))
            {
                return next;
            }

            if (node == Root)
            {
                return Root;
            }

            node = _failure[node];
        }
    }
}
