using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Makes automata deterministic: a state is the set of states that a text may have led to (Rabin and Scott 1959).</summary>
internal sealed class Determinizer
{
    private const int MostStates = 20_000;

    private readonly string _name;
    private readonly Nfa _nfa;
    private readonly SymbolAutomaton _result;
    private readonly int[][] _symbolsOf;
    private readonly List<int>?[] _targets;
    private readonly List<int> _symbols = [];
    private readonly int[]?[] _closures;
    private readonly int[] _numberOfOne;
    private readonly Dictionary<int[], int> _numbers = new(IntegersComparer.Instance);
    private readonly List<int[]> _sets = [];

    // For each state the last set that it was found in.
    private readonly int[] _foundIn;
    private readonly List<int> _open = [];
    private readonly List<int> _found = [];
    private int _set;

    private Determinizer(string name, Nfa nfa)
    {
        _name = name;
        _nfa = nfa;
        _foundIn = new int[nfa.StateCount];
        _closures = new int[nfa.StateCount][];
        _numberOfOne = new int[nfa.StateCount];
        List<ByteSet> classes = ByteClasses.Of(nfa.Edges);
        List<int> callees = [];
        _symbolsOf = SymbolsOf(nfa.Edges, classes, callees);
        _targets = new List<int>?[classes.Count + callees.Count];
        _result = new SymbolAutomaton(classes, callees);
    }

    /// <summary>An automaton with the texts of another one, but for the empty text.</summary>
    /// <param name="name">Name of the rule that it belongs to.</param>
    /// <param name="nfa">The automaton.</param>
    /// <param name="secondStart">A second state that it may start in, or −1.</param>
    /// <exception cref="GrammarException">There are too many states.</exception>
    public static SymbolAutomaton Of(string name, Nfa nfa, int secondStart = SymbolAutomaton.Dead) => new Determinizer(name, nfa).Run(secondStart);

    // The symbols that each edge stands for.
    private static int[][] SymbolsOf(IReadOnlyList<NfaEdge> edges, List<ByteSet> classes, List<int> callees)
    {
        int[][] symbols = new int[edges.Count][];
        Dictionary<ByteSet, int[]> ofSets = [];
        Dictionary<int, int[]> ofCallees = [];
        for (int edge = 0; edge < symbols.Length; edge++)
        {
            int[]? found = [];
            switch (edges[edge].Kind)
            {
                case NfaEdgeKind.Bytes:
                    if (!ofSets.TryGetValue(edges[edge].Bytes, out found))
                    {
                        found = ByteClasses.Within(edges[edge].Bytes, classes);
                        ofSets.Add(edges[edge].Bytes, found);
                    }

                    break;
                case NfaEdgeKind.Call:
                    if (!ofCallees.TryGetValue(edges[edge].Callee, out found))
                    {
                        found = [classes.Count + callees.Count];
                        callees.Add(edges[edge].Callee);
                        ofCallees.Add(edges[edge].Callee, found);
                    }

                    break;
            }

            symbols[edge] = found;
        }

        return symbols;
    }

    private SymbolAutomaton Run(int secondStart)
    {
        // The starts stand for themselves, whatever sets are equal to theirs: a text that leads back there is not empty.
        AddStart(_nfa.Start);
        if (secondStart != SymbolAutomaton.Dead)
        {
            _result.SecondStart = AddStart(secondStart);
        }

        for (int state = 0; state < _sets.Count; state++)
        {
            foreach (int member in _sets[state])
            {
                for (int edge = _nfa.FirstEdge(member); edge >= 0; edge = _nfa.NextEdge(edge))
                {
                    AddTargets(edge);
                }
            }

            foreach (int symbol in _symbols)
            {
                List<int> targets = _targets[symbol]!;
                _result.Edges.Add(new SymbolEdge(state, symbol, targets.Count == 1 ? StateOf(targets[0]) : StateOf(targets)));
                targets.Clear();
            }

            _symbols.Clear();
        }

        return _result;
    }

    private void AddTargets(int edge)
    {
        int to = _nfa.Edge(edge).To;
        foreach (int symbol in _symbolsOf[edge])
        {
            List<int> targets = _targets[symbol] ??= [];
            if (targets.Count == 0)
            {
                _symbols.Add(symbol);
            }

            if (!targets.Contains(to))
            {
                targets.Add(to);
            }
        }
    }

    private int AddStart(int start)
    {
        _sets.Add(Closure(start));
        return _result.AddState(accepts: false);
    }

    // Most states are what one state alone leads to.
    private int StateOf(int target)
    {
        if (_numberOfOne[target] == 0)
        {
            _numberOfOne[target] = StateOf(Closure(target)) + 1;
        }

        return _numberOfOne[target] - 1;
    }

    private int StateOf(List<int> targets)
    {
        _found.Clear();
        int[][] closures = new int[targets.Count][];
        for (int index = 0; index < closures.Length; index++)
        {
            closures[index] = Closure(targets[index]);
        }

        _set++;
        _found.Clear();
        foreach (int[] closure in closures)
        {
            foreach (int state in closure)
            {
                if (_foundIn[state] != _set)
                {
                    _foundIn[state] = _set;
                    _found.Add(state);
                }
            }
        }

        _found.Sort();
        return StateOf(_found.ToArray());
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

    // The states that take something or accept, which nothing leads to from a state.
    private int[] Closure(int from)
    {
        if (_closures[from] is int[] known)
        {
            return known;
        }

        _set++;
        _found.Clear();
        Enter(from);
        while (_open.Count > 0)
        {
            int state = _open[_open.Count - 1];
            _open.RemoveAt(_open.Count - 1);
            bool matters = state == _nfa.Accept;
            for (int edge = _nfa.FirstEdge(state); edge >= 0; edge = _nfa.NextEdge(edge))
            {
                if (_nfa.Edge(edge).Kind == NfaEdgeKind.Empty)
                {
                    Enter(_nfa.Edge(edge).To);
                }
                else
                {
                    matters = true;
                }
            }

            if (matters)
            {
                _found.Add(state);
            }
        }

        _found.Sort();
        return _closures[from] = _found.ToArray();

        void Enter(int state)
        {
            if (_foundIn[state] != _set)
            {
                _foundIn[state] = _set;
                _open.Add(state);
            }
        }
    }
}
