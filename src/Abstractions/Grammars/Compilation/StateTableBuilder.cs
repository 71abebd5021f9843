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

        List<(byte First, byte Last)>[] ranges = new List<(byte First, byte Last)>[automaton.Classes.Count];
        for (int byteClass = 0; byteClass < ranges.Length; byteClass++)
        {
            ranges[byteClass] = automaton.Classes[byteClass].Ranges();
        }

        foreach (SymbolEdge edge in automaton.Edges)
        {
            if (edge.Symbol < ranges.Length)
            {
                foreach ((byte first, byte last) in ranges[edge.Symbol])
                {
                    rows[edge.From].Ranges.Add((first, last, edge.To));
                }
            }
            else
            {
                int callee = automaton.Callees[edge.Symbol - ranges.Length];
                rows[edge.From].Calls.Add((machines is null ? callee : machines[callee], edge.To));
            }
        }

        foreach (StateRow row in rows)
        {
            row.Sort();
        }

        return rows;
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

        // In order of the bytes; ranges that lead to the same state side by side become one.
        public void Sort()
        {
            Ranges.Sort(static (left, right) => left.First.CompareTo(right.First));
            int count = 0;
            foreach ((byte First, byte Last, int To) range in Ranges.ToArray())
            {
                if (count > 0 && Ranges[count - 1].To == range.To && Ranges[count - 1].Last + 1 == range.First)
                {
                    Ranges[count - 1] = (Ranges[count - 1].First, range.Last, range.To);
                }
                else
                {
                    Ranges[count++] = range;
                }
            }

            Ranges.RemoveRange(count, Ranges.Count - count);
            Calls.Sort(static (left, right) => left.Callee.CompareTo(right.Callee));
        }
    }
}
