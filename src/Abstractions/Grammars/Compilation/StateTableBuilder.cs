using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Lays the states of automata one behind the other; automata that are equal share theirs.</summary>
internal sealed class StateTableBuilder
{
    private readonly Dictionary<int[], int> _starts = new(IntegersComparer.Instance);
    private readonly List<int> _firstEdges = [0];
    private readonly List<byte> _edgeFirsts = [];
    private readonly List<byte> _edgeLasts = [];
    private readonly List<int> _edgeTargets = [];
    private readonly List<int> _firstCalls = [0];
    private readonly List<int> _callees = [];
    private readonly List<int> _returns = [];
    private readonly List<bool> _accepts = [];

    /// <summary>Adds an automaton.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="machines">For each number that it calls a machine by the machine's number in the compiled grammar; null to keep it.</param>
    /// <param name="secondStart">Its second start's state.</param>
    /// <returns>The state that it starts in.</returns>
    public int Add(SymbolAutomaton automaton, int[]? machines, out int secondStart)
    {
        StateRow[] rows = RowsOf(automaton, machines);
        int[] order = OrderOf(automaton, rows, out int[] numbers);
        int secondNumber = automaton.SecondStart == SymbolAutomaton.Dead ? 0 : numbers[automaton.SecondStart];
        int[] content = ContentOf(rows, order, numbers, callsMembers: machines is null);
        if (!_starts.TryGetValue(content, out int start))
        {
            start = _accepts.Count;
            _starts.Add(content, start);
            foreach (int state in order)
            {
                Append(rows[state], start, numbers);
            }
        }

        secondStart = start + secondNumber;
        return start;
    }

    public GrammarStateTable Build() => new(
        [.. _firstEdges], [.. _edgeFirsts], [.. _edgeLasts], [.. _edgeTargets], [.. _firstCalls], [.. _callees], [.. _returns], [.. _accepts]);

    private void Append(StateRow row, int start, int[] numbers)
    {
        foreach ((byte first, byte last, int to) in row.Ranges)
        {
            _edgeFirsts.Add(first);
            _edgeLasts.Add(last);
            _edgeTargets.Add(start + numbers[to]);
        }

        foreach ((int callee, int to) in row.Calls)
        {
            _callees.Add(callee);
            _returns.Add(start + numbers[to]);
        }

        _firstEdges.Add(_edgeTargets.Count);
        _firstCalls.Add(_callees.Count);
        _accepts.Add(row.Accepts);
    }

    private static StateRow[] RowsOf(SymbolAutomaton automaton, int[]? machines)
    {
        StateRow[] rows = new StateRow[automaton.StateCount];
        for (int state = 0; state < rows.Length; state++)
        {
            rows[state] = new StateRow(automaton.Accepts[state]);
        }

        int[][] edgesOf = EdgesByState(automaton);
        List<(byte First, byte Last, int Class)> ranges = RangesOf(automaton.Classes);
        int[] targets = new int[automaton.Classes.Count];
        for (int state = 0; state < rows.Length; state++)
        {
            for (int byteClass = 0; byteClass < targets.Length; byteClass++)
            {
                targets[byteClass] = SymbolAutomaton.Dead;
            }

            bool takesBytes = false;
            foreach (int edge in edgesOf[state])
            {
                (_, int symbol, int to) = automaton.Edges[edge];
                if (symbol < targets.Length)
                {
                    targets[symbol] = to;
                    takesBytes = true;
                }
                else
                {
                    int callee = automaton.Callees[symbol - targets.Length];
                    rows[state].AddCall(machines is null ? callee : machines[callee], to);
                }
            }

            if (takesBytes)
            {
                foreach ((byte first, byte last, int byteClass) in ranges)
                {
                    if (targets[byteClass] != SymbolAutomaton.Dead)
                    {
                        rows[state].AddRange(first, last, targets[byteClass]);
                    }
                }
            }
        }

        return rows;
    }

    private static int[][] EdgesByState(SymbolAutomaton automaton)
    {
        int[] counts = new int[automaton.StateCount];
        foreach (SymbolEdge edge in automaton.Edges)
        {
            counts[edge.From]++;
        }

        int[][] edges = new int[counts.Length][];
        for (int edge = 0; edge < automaton.Edges.Count; edge++)
        {
            int from = automaton.Edges[edge].From;
            edges[from] ??= new int[counts[from]];
            edges[from][--counts[from]] = edge;
        }

        for (int state = 0; state < edges.Length; state++)
        {
            edges[state] ??= [];
        }

        return edges;
    }

    // The ranges of all classes, in order.
    private static List<(byte First, byte Last, int Class)> RangesOf(IReadOnlyList<ByteSet> classes)
    {
        List<(byte First, byte Last, int Class)> ranges = [];
        for (int byteClass = 0; byteClass < classes.Count; byteClass++)
        {
            foreach ((byte first, byte last) in classes[byteClass].Ranges())
            {
                ranges.Add((first, last, byteClass));
            }
        }

        ranges.Sort(static (left, right) => left.First.CompareTo(right.First));
        return ranges;
    }

    // States in the order in which they are found from the starts, so that equal automata have the same numbers.
    private static int[] OrderOf(SymbolAutomaton automaton, StateRow[] rows, out int[] numbers)
    {
        int[] order = new int[rows.Length];
        int[] found = new int[rows.Length];
        int count = 0;
        for (int state = 0; state < found.Length; state++)
        {
            found[state] = SymbolAutomaton.Dead;
        }

        Find(0);
        if (automaton.SecondStart != SymbolAutomaton.Dead)
        {
            Find(automaton.SecondStart);
        }

        for (int index = 0; index < count; index++)
        {
            foreach ((_, _, int to) in rows[order[index]].Ranges)
            {
                Find(to);
            }

            foreach ((_, int to) in rows[order[index]].Calls)
            {
                Find(to);
            }
        }

        numbers = found;
        return order;

        void Find(int state)
        {
            if (found[state] == SymbolAutomaton.Dead)
            {
                found[state] = count;
                order[count++] = state;
            }
        }
    }

    private static int[] ContentOf(StateRow[] rows, int[] order, int[] numbers, bool callsMembers)
    {
        List<int> content = [callsMembers ? 1 : 0];
        foreach (int state in order)
        {
            StateRow row = rows[state];
            content.Add(row.Accepts ? 1 : 0);
            content.Add(row.Ranges.Count);
            content.Add(row.Calls.Count);
            foreach ((byte first, byte last, int to) in row.Ranges)
            {
                content.Add(first);
                content.Add(last);
                content.Add(numbers[to]);
            }

            foreach ((int callee, int to) in row.Calls)
            {
                content.Add(callee);
                content.Add(numbers[to]);
            }
        }

        return [.. content];
    }

    // What leads on from a state.
    private sealed class StateRow(bool accepts)
    {
        public bool Accepts { get; } = accepts;

        public List<(byte First, byte Last, int To)> Ranges { get; } = [];

        public List<(int Callee, int To)> Calls { get; } = [];

        // Behind those before; ranges that lead to the same state side by side become one.
        public void AddRange(byte first, byte last, int to)
        {
            if (Ranges.Count > 0 && Ranges[Ranges.Count - 1].To == to && Ranges[Ranges.Count - 1].Last + 1 == first)
            {
                Ranges[Ranges.Count - 1] = (Ranges[Ranges.Count - 1].First, last, to);
            }
            else
            {
                Ranges.Add((first, last, to));
            }
        }

        // In order of what is called.
        public void AddCall(int callee, int to)
        {
            int place = Calls.Count;
            while (place > 0 && Calls[place - 1].Callee > callee)
            {
                place--;
            }

            Calls.Insert(place, (callee, to));
        }
    }
}
