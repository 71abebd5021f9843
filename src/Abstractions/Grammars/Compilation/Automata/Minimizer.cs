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
    private const int KeyCount = 4;

    /// <summary>The smallest automaton with the same texts.</summary>
    /// <param name="automaton">Any whose states are all led to from a start.</param>
    /// <param name="keepsStart">Whether its start is told from all other states, even from one with the same texts.</param>
    public static SymbolAutomaton Minimize(SymbolAutomaton automaton, bool keepsStart)
    {
        automaton = WithoutDeadEnds(automaton);
        int[] keys = new int[automaton.StateCount];
        for (int state = 0; state < keys.Length; state++)
        {
            keys[state] =
                state == automaton.SecondStart ? SecondStart
                : state == 0 && keepsStart ? FirstStart
                : automaton.Accepts[state] ? Accepting
                : Rejecting;
        }

        Partition states = new(keys, KeyCount);
        Refine(states, automaton);
        return states.SetCount == automaton.StateCount ? automaton : Quotient(automaton, states);
    }

    private static void Refine(Partition states, SymbolAutomaton automaton)
    {
        List<SymbolEdge> edges = automaton.Edges;
        int[] symbols = new int[edges.Count];
        for (int edge = 0; edge < symbols.Length; edge++)
        {
            symbols[edge] = edges[edge].Symbol;
        }

        Partition cords = new(symbols, automaton.Classes.Count + automaton.Callees.Count);
        int[] incoming = IncomingEdges(automaton, out int[] firsts);
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
                    for (int place = firsts[state]; place < firsts[state + 1]; place++)
                    {
                        cords.Mark(incoming[place]);
                    }
                }

                cords.Split();
            }
        }
    }

    // One state for each set; state 0 is that of the start.
    private static SymbolAutomaton Quotient(SymbolAutomaton automaton, Partition states)
    {
        SymbolAutomaton result = new(automaton.Classes, automaton.Callees);
        int start = states.SetOf(0);
        int[] representatives = new int[states.SetCount];
        for (int set = 0; set < representatives.Length; set++)
        {
            representatives[set] = states.Element(set, 0);
            result.AddState(accepts: false);
        }

        for (int set = 0; set < representatives.Length; set++)
        {
            result.Accepts[NumberOf(set)] = automaton.Accepts[representatives[set]];
        }

        foreach (SymbolEdge edge in automaton.Edges)
        {
            int set = states.SetOf(edge.From);
            if (representatives[set] == edge.From)
            {
                result.Edges.Add(new SymbolEdge(NumberOf(set), edge.Symbol, NumberOf(states.SetOf(edge.To))));
            }
        }

        if (automaton.SecondStart != SymbolAutomaton.Dead)
        {
            result.SecondStart = NumberOf(states.SetOf(automaton.SecondStart));
        }

        return result;

        int NumberOf(int set) => set == start ? 0 : set < start ? set + 1 : set;
    }

    // The starts are always kept.
    private static SymbolAutomaton WithoutDeadEnds(SymbolAutomaton automaton)
    {
        int[] incoming = IncomingEdges(automaton, out int[] firsts);
        bool[] leadsOn = new bool[automaton.StateCount];
        Stack<int> open = new();
        for (int state = 0; state < leadsOn.Length; state++)
        {
            if (automaton.Accepts[state])
            {
                leadsOn[state] = true;
                open.Push(state);
            }
        }

        int count = 0;
        while (open.Count > 0)
        {
            int state = open.Pop();
            count++;
            for (int place = firsts[state]; place < firsts[state + 1]; place++)
            {
                int from = automaton.Edges[incoming[place]].From;
                if (!leadsOn[from])
                {
                    leadsOn[from] = true;
                    open.Push(from);
                }
            }
        }

        return count == leadsOn.Length ? automaton : Only(automaton, leadsOn);
    }

    private static SymbolAutomaton Only(SymbolAutomaton automaton, bool[] leadsOn)
    {
        SymbolAutomaton result = new(automaton.Classes, automaton.Callees);
        int[] numbers = new int[leadsOn.Length];
        for (int state = 0; state < numbers.Length; state++)
        {
            numbers[state] = leadsOn[state] || state == 0 || state == automaton.SecondStart
                ? result.AddState(automaton.Accepts[state])
                : SymbolAutomaton.Dead;
        }

        foreach (SymbolEdge edge in automaton.Edges)
        {
            if (leadsOn[edge.To] && numbers[edge.From] != SymbolAutomaton.Dead)
            {
                result.Edges.Add(new SymbolEdge(numbers[edge.From], edge.Symbol, numbers[edge.To]));
            }
        }

        result.SecondStart = automaton.SecondStart == SymbolAutomaton.Dead ? SymbolAutomaton.Dead : numbers[automaton.SecondStart];
        return result;
    }

    // The numbers of the edges that lead to each state, state by state.
    private static int[] IncomingEdges(SymbolAutomaton automaton, out int[] firsts)
    {
        List<SymbolEdge> edges = automaton.Edges;
        int[] next = new int[automaton.StateCount + 2];
        for (int edge = 0; edge < edges.Count; edge++)
        {
            next[edges[edge].To + 2]++;
        }

        for (int state = 2; state < next.Length; state++)
        {
            next[state] += next[state - 1];
        }

        // Filling a state's part moves the place where it begins to where the next one begins.
        int[] incoming = new int[edges.Count];
        for (int edge = 0; edge < incoming.Length; edge++)
        {
            incoming[next[edges[edge].To + 1]++] = edge;
        }

        firsts = next;
        return incoming;
    }
}
