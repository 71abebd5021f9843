using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Makes automata deterministic: a state is the set of states that a text may have led to (Rabin and Scott 1959).</summary>
internal sealed class Determinizer
{
    private const int MostStates = 20_000;

    private readonly string _name;
    private readonly Nfa _nfa;
    private readonly List<ByteSet> _classes;
    private readonly Dictionary<ByteSet, int[]> _classesOf = [];
    private readonly List<int> _callees = [];
    private readonly SymbolAutomaton _result;
    private readonly Dictionary<int[], int> _numbers = new(IntegersComparer.Instance);
    private readonly List<int[]> _sets = [];

    // For each state the last closure that it was found in.
    private readonly int[] _foundIn;
    private int _closure;

    private Determinizer(string name, Nfa nfa)
    {
        _name = name;
        _nfa = nfa;
        _foundIn = new int[nfa.StateCount];
        _classes = ByteClasses.Of(nfa.Edges);
        _result = new SymbolAutomaton(_classes, _callees);
    }

    /// <summary>An automaton with the texts of another one, but for the empty text.</summary>
    /// <param name="name">Name of the rule that it belongs to.</param>
    /// <param name="nfa">The automaton.</param>
    /// <param name="secondStart">A second state that it may start in, or −1.</param>
    /// <exception cref="GrammarException">There are too many states.</exception>
    public static SymbolAutomaton Of(string name, Nfa nfa, int secondStart = SymbolAutomaton.Dead) => new Determinizer(name, nfa).Run(secondStart);

    /// <summary>An automaton that is deterministic already, but for the empty text.</summary>
    public static SymbolAutomaton Of(ByteAutomaton automaton)
    {
        ByteSet[] classes = ClassesOf(automaton);
        SymbolAutomaton result = new(classes, []);
        result.AddState(accepts: false);
        for (int state = 0; state < automaton.StateCount; state++)
        {
            int from = result.AddState(automaton.Accepts(state));
            for (int byteClass = 0; byteClass < classes.Length; byteClass++)
            {
                int to = automaton.NextOfClass(state, byteClass);
                if (to != ByteAutomaton.Dead && !classes[byteClass].IsEmpty)
                {
                    result.Edges.Add(new SymbolEdge(from, byteClass, to + 1));
                    if (state == 0)
                    {
                        result.Edges.Add(new SymbolEdge(0, byteClass, to + 1));
                    }
                }
            }
        }

        return result;
    }

    /// <summary>The bytes of each of an automaton's classes.</summary>
    public static ByteSet[] ClassesOf(ByteAutomaton automaton)
    {
        ByteSet[] classes = new ByteSet[automaton.ClassCount];
        int first = 0;
        for (int value = 1; value <= 256; value++)
        {
            int byteClass = automaton.ClassOf((byte)first);
            if (value == 256 || automaton.ClassOf((byte)value) != byteClass)
            {
                if (byteClass < classes.Length)
                {
                    classes[byteClass] |= ByteSet.Range((byte)first, (byte)(value - 1));
                }

                first = value;
            }
        }

        return classes;
    }

    private SymbolAutomaton Run(int secondStart)
    {
        // The starts stand for themselves, whatever sets are equal to theirs: a text that leads back there is not empty.
        AddStart(_nfa.Start);
        if (secondStart != SymbolAutomaton.Dead)
        {
            _result.SecondStart = AddStart(secondStart);
        }

        Dictionary<int, List<int>> bySymbol = [];
        for (int state = 0; state < _sets.Count; state++)
        {
            bySymbol.Clear();
            foreach (int member in _sets[state])
            {
                for (int edge = _nfa.FirstEdge(member); edge >= 0; edge = _nfa.NextEdge(edge))
                {
                    AddEdge(bySymbol, _nfa.Edge(edge));
                }
            }

            foreach (KeyValuePair<int, List<int>> targets in bySymbol)
            {
                // Calls have negative numbers until all classes and callees are known.
                _result.Edges.Add(new SymbolEdge(
                    state, targets.Key >= 0 ? targets.Key : _classes.Count - 1 - targets.Key, StateOf(Closure(targets.Value))));
            }
        }

        return _result;
    }

    private void AddEdge(Dictionary<int, List<int>> bySymbol, NfaEdge edge)
    {
        switch (edge.Kind)
        {
            case NfaEdgeKind.Bytes:
                if (!_classesOf.TryGetValue(edge.Bytes, out int[]? classes))
                {
                    classes = ByteClasses.Within(edge.Bytes, _classes);
                    _classesOf.Add(edge.Bytes, classes);
                }

                foreach (int byteClass in classes)
                {
                    Add(byteClass);
                }

                break;
            case NfaEdgeKind.Call:
                int callee = _callees.IndexOf(edge.Callee);
                if (callee < 0)
                {
                    callee = _callees.Count;
                    _callees.Add(edge.Callee);
                }

                Add(-1 - callee);
                break;
        }

        void Add(int symbol)
        {
            if (!bySymbol.TryGetValue(symbol, out List<int>? targets))
            {
                bySymbol.Add(symbol, targets = []);
            }

            targets.Add(edge.To);
        }
    }

    private int AddStart(int start)
    {
        _sets.Add(Closure([start]));
        return _result.AddState(accepts: false);
    }

    private int StateOf(int[] set)
    {
        if (!_numbers.TryGetValue(set, out int state))
        {
            state = _result.AddState(accepts: Array.BinarySearch(set, _nfa.Accept) >= 0);
            if (state >= MostStates)
            {
                throw new GrammarException(
                    $"The rule '{_name}' needs more than {MostStates} states, because what has been decides so much later what may come; "
                    + "part its alternatives earlier, or shorten its repetitions.");
            }

            _numbers.Add(set, state);
            _sets.Add(set);
        }

        return state;
    }

    // The states that take something or accept, which nothing leads to from some states.
    private int[] Closure(List<int> states)
    {
        _closure++;
        List<int> open = [];
        List<int> found = [];
        foreach (int state in states)
        {
            Enter(state);
        }

        while (open.Count > 0)
        {
            int state = open[open.Count - 1];
            open.RemoveAt(open.Count - 1);
            bool matters = state == _nfa.Accept;
            for (int edge = _nfa.FirstEdge(state); edge >= 0; edge = _nfa.NextEdge(edge))
            {
                NfaEdge next = _nfa.Edge(edge);
                if (next.Kind == NfaEdgeKind.Empty)
                {
                    Enter(next.To);
                }
                else
                {
                    matters = true;
                }
            }

            if (matters)
            {
                found.Add(state);
            }
        }

        found.Sort();
        return [.. found];

        void Enter(int state)
        {
            if (_foundIn[state] != _closure)
            {
                _foundIn[state] = _closure;
                open.Add(state);
            }
        }
    }
}
