using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Takes away what leads to no text, and merges states from which the same texts lead on, by splitting sets of states and of edges in turn
/// (Valmari 2012).
/// </summary>
internal static class Minimizer
{
    // Keys of the sets that states begin in.
    private const int Rejecting = 0;
    private const int Accepting = 1;
    private const int FirstStart = 2;
    private const int SecondStart = 3;

    /// <summary>The smallest automaton with the same texts.</summary>
    /// <param name="automaton">Any.</param>
    /// <param name="keepsStart">Whether its start is told from all other states, even from one with the same texts.</param>
    public static SymbolAutomaton Minimize(SymbolAutomaton automaton, bool keepsStart)
    {
        int[] numbers = UsefulStates(automaton, out int count);
        int[] keys = new int[count];
        for (int state = 0; state < numbers.Length; state++)
        {
            if (numbers[state] != SymbolAutomaton.Dead)
            {
                keys[numbers[state]] =
                    state == automaton.SecondStart ? SecondStart
                    : state == 0 && keepsStart ? FirstStart
                    : automaton.Accepts[state] ? Accepting
                    : Rejecting;
            }
        }

        List<SymbolEdge> edges = [];
        foreach (SymbolEdge edge in automaton.Edges)
        {
            if (numbers[edge.From] != SymbolAutomaton.Dead && numbers[edge.To] != SymbolAutomaton.Dead)
            {
                edges.Add(new SymbolEdge(numbers[edge.From], edge.Symbol, numbers[edge.To]));
            }
        }

        Partition states = Refine(keys, edges);
        return Quotient(automaton, numbers, states, edges);
    }

    private static Partition Refine(int[] keys, List<SymbolEdge> edges)
    {
        Partition states = new(keys);
        int[] symbols = new int[edges.Count];
        for (int edge = 0; edge < symbols.Length; edge++)
        {
            symbols[edge] = edges[edge].Symbol;
        }

        Partition cords = new(symbols);
        int[] firstEdges = new int[keys.Length + 1];
        foreach (SymbolEdge edge in edges)
        {
            firstEdges[edge.To + 1]++;
        }

        for (int state = 0; state < keys.Length; state++)
        {
            firstEdges[state + 1] += firstEdges[state];
        }

        int[] incoming = new int[edges.Count];
        int[] next = (int[])firstEdges.Clone();
        for (int edge = 0; edge < incoming.Length; edge++)
        {
            incoming[next[edges[edge].To]++] = edge;
        }

        int set = 1;
        for (int cord = 0; cord < cords.SetCount; cord++)
        {
            for (int index = 0; index < cords.CountOf(cord); index++)
            {
                states.Mark(edges[cords.Element(cord, index)].From);
            }

            states.Split();
            for (; set < states.SetCount; set++)
            {
                for (int index = 0; index < states.CountOf(set); index++)
                {
                    int state = states.Element(set, index);
                    for (int place = firstEdges[state]; place < firstEdges[state + 1]; place++)
                    {
                        cords.Mark(incoming[place]);
                    }
                }

                cords.Split();
            }
        }

        return states;
    }

    // One state for each set; state 0 is that of the start.
    private static SymbolAutomaton Quotient(SymbolAutomaton automaton, int[] numbers, Partition states, List<SymbolEdge> edges)
    {
        SymbolAutomaton result = new(automaton.Classes, automaton.Callees);
        int[] ofSets = new int[states.SetCount];
        int start = states.SetOf(numbers[0]);
        for (int set = 0; set < ofSets.Length; set++)
        {
            ofSets[set] = set == start ? 0 : set < start ? set + 1 : set;
            result.AddState(accepts: false);
        }

        int[] representatives = new int[states.SetCount];
        for (int state = numbers.Length - 1; state >= 0; state--)
        {
            if (numbers[state] != SymbolAutomaton.Dead)
            {
                int set = states.SetOf(numbers[state]);
                representatives[set] = numbers[state];
                result.Accepts[ofSets[set]] = automaton.Accepts[state];
            }
        }

        foreach (SymbolEdge edge in edges)
        {
            int set = states.SetOf(edge.From);
            if (representatives[set] == edge.From)
            {
                result.Edges.Add(new SymbolEdge(ofSets[set], edge.Symbol, ofSets[states.SetOf(edge.To)]));
            }
        }

        if (automaton.SecondStart != SymbolAutomaton.Dead)
        {
            result.SecondStart = ofSets[states.SetOf(numbers[automaton.SecondStart])];
        }

        return result;
    }

    // Numbers those that a start leads to and that lead to a text; the starts are always among them.
    private static int[] UsefulStates(SymbolAutomaton automaton, out int count)
    {
        List<int> starts = [0];
        List<int> ends = [];
        if (automaton.SecondStart != SymbolAutomaton.Dead)
        {
            starts.Add(automaton.SecondStart);
        }

        for (int state = 0; state < automaton.StateCount; state++)
        {
            if (automaton.Accepts[state])
            {
                ends.Add(state);
            }
        }

        bool[] isReached = Reach(automaton, starts, forward: true);
        bool[] leadsOn = Reach(automaton, ends, forward: false);
        int[] numbers = new int[automaton.StateCount];
        count = 0;
        for (int state = 0; state < numbers.Length; state++)
        {
            numbers[state] = (isReached[state] && leadsOn[state]) || starts.Contains(state) ? count++ : SymbolAutomaton.Dead;
        }

        return numbers;
    }

    private static bool[] Reach(SymbolAutomaton automaton, List<int> from, bool forward)
    {
        int[] firstEdges = new int[automaton.StateCount + 1];
        foreach (SymbolEdge edge in automaton.Edges)
        {
            firstEdges[(forward ? edge.From : edge.To) + 1]++;
        }

        for (int state = 0; state < automaton.StateCount; state++)
        {
            firstEdges[state + 1] += firstEdges[state];
        }

        int[] others = new int[automaton.Edges.Count];
        int[] next = (int[])firstEdges.Clone();
        foreach (SymbolEdge edge in automaton.Edges)
        {
            others[next[forward ? edge.From : edge.To]++] = forward ? edge.To : edge.From;
        }

        bool[] isReached = new bool[automaton.StateCount];
        Stack<int> open = new();
        foreach (int state in from)
        {
            isReached[state] = true;
            open.Push(state);
        }

        while (open.Count > 0)
        {
            int state = open.Pop();
            for (int place = firstEdges[state]; place < firstEdges[state + 1]; place++)
            {
                if (!isReached[others[place]])
                {
                    isReached[others[place]] = true;
                    open.Push(others[place]);
                }
            }
        }

        return isReached;
    }
}
