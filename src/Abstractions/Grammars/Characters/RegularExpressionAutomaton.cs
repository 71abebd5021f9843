using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// Makes the automaton of a regular expression: a nondeterministic one (K. Thompson, "Regular expression search algorithm", 1968), then its
/// sets of states. Places that the expression asks for (<c>^ $ \b \B</c>) depend on the character before and on what comes next, so that a set
/// remembers the one and is followed once for each of the other.
/// </summary>
internal sealed class RegularExpressionAutomaton
{
    // States looked at, over all sets and characters: some tenths of a second.
    private const int MostWork = 20_000_000;

    private static readonly Neighbour[] Neighbours = [Neighbour.Nothing, Neighbour.WordCharacter, Neighbour.OtherCharacter];

    private readonly List<State> _states = [];
    private readonly List<IReadOnlyList<CharacterRange>> _sets = [];
    private readonly string _pattern;
    private bool _asksForWords;

    // [state] the number of the walk that last came to it.
    private int[] _visits = [];
    private int _visit;
    private int _work;

    private RegularExpressionAutomaton(string pattern) => _pattern = pattern;

    private enum StateKind
    {
        // Goes on without a character.
        Split,

        // Goes on with a character of a set.
        Character,

        // Goes on at a place.
        Assertion,

        // The expression has been found; what comes behind does not matter.
        Found,
    }

    // What stands before or behind a place.
    private enum Neighbour
    {
        Nothing,
        WordCharacter,
        OtherCharacter,
    }

    /// <summary>Texts that a pattern occurs in, as <c>pattern</c> of JSON Schema means it: anywhere, unless it asks for a place.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <exception cref="GrammarException">It is not well-formed, asks for what is refused, or is too large.</exception>
    public static CharacterAutomaton Containing(string pattern)
    {
        RegularExpression expression = RegularExpressionParser.Parse(pattern);
        RegularExpressionAutomaton builder = new(pattern);
        int found = builder.Add(new State(StateKind.Found));
        int start = builder.Add(expression, found);
        return builder.Determinize(start, found);
    }

    private int Add(State state)
    {
        if (_states.Count == CharacterAutomaton.MostStates)
        {
            throw TooLarge();
        }

        _states.Add(state);
        return _states.Count - 1;
    }

    // Adds the states of an expression that go on to a state; gives the first one.
    private int Add(RegularExpression expression, int next)
    {
        switch (expression)
        {
            case CharacterSetExpression set:
                _sets.Add(set.Characters);
                return Add(new State(StateKind.Character, next, Set: _sets.Count - 1));
            case AssertionExpression assertion:
                _asksForWords |= assertion.Kind is AssertionKind.WordBoundary or AssertionKind.NoWordBoundary;
                return Add(new State(StateKind.Assertion, next, Assertion: assertion.Kind));
            case ConcatenationExpression concatenation:
                for (int item = concatenation.Items.Count - 1; item >= 0; item--)
                {
                    next = Add(concatenation.Items[item], next);
                }

                return next;
            case AlternationExpression alternation:
                int alternative = Add(alternation.Items[alternation.Items.Count - 1], next);
                for (int item = alternation.Items.Count - 2; item >= 0; item--)
                {
                    alternative = Add(new State(StateKind.Split, Add(alternation.Items[item], next), alternative));
                }

                return alternative;
            case QuantifiedExpression quantified:
                return AddQuantified(quantified, next);
            default:
                throw new InvalidOperationException(expression.GetType().Name);
        }
    }

    private int AddQuantified(QuantifiedExpression quantified, int next)
    {
        int first = next;
        if (quantified.Maximum is int maximum)
        {
            for (int optional = quantified.Minimum; optional < maximum; optional++)
            {
                first = Add(new State(StateKind.Split, Add(quantified.Item, first), next));
            }
        }
        else
        {
            first = Add(new State(StateKind.Split, 0, next));
            _states[first] = _states[first] with { Next = Add(quantified.Item, first) };
        }

        for (int required = 0; required < quantified.Minimum; required++)
        {
            int before = first;
            first = Add(quantified.Item, first);
            if (first == before)
            {
                // The item is empty, however often.
                break;
            }
        }

        return first;
    }

    private CharacterAutomaton Determinize(int start, int found)
    {
        int words = _sets.Count;
        int all = _sets.Count + 1;
        CharacterClasses classes =
            CharacterClasses.Of([.. _sets, CharacterCategories.WordCharacters, CharacterRanges.All], out bool[][] members);
        Dictionary<StateSet, int> numbers = [];
        List<StateSet> sets = [];
        List<int> transitions = [];
        List<bool> accepts = [];
        NumberOf(new StateSet([start], Neighbour.Nothing));
        List<int>[] reached = [[], [], []];
        _visits = new int[_states.Count];
        for (int index = 0; index < sets.Count; index++)
        {
            StateSet set = sets[index];
            foreach (Neighbour behind in Neighbours)
            {
                if (behind != Neighbour.WordCharacter || _asksForWords)
                {
                    Follow(set, behind, reached[(int)behind]);
                }
            }

            accepts.Add(reached[(int)Neighbour.Nothing].Contains(found));
            for (int characterClass = 0; characterClass < classes.Count; characterClass++)
            {
                Neighbour character = _asksForWords && members[words][characterClass] ? Neighbour.WordCharacter : Neighbour.OtherCharacter;
                transitions.Add(members[all][characterClass]
                    ? NumberOf(Step(reached[(int)character], characterClass, character))
                    : CharacterAutomaton.Dead);
            }
        }

        return CharacterAutomaton.Minimize(classes, [.. transitions], [.. accepts]);

        int NumberOf(StateSet set)
        {
            if (!numbers.TryGetValue(set, out int number))
            {
                if (sets.Count == CharacterAutomaton.MostStates)
                {
                    throw TooLarge();
                }

                numbers.Add(set, number = sets.Count);
                sets.Add(set);
            }

            return number;
        }

        StateSet Step(List<int> states, int characterClass, Neighbour character)
        {
            _work += states.Count;
            if (_work > MostWork)
            {
                throw TooLarge();
            }

            // Until the expression has been found it may begin at each character.
            SortedSet<int> next = [start];
            foreach (int state in states)
            {
                if (_states[state].Kind == StateKind.Found)
                {
                    return new StateSet([state], Neighbour.OtherCharacter);
                }

                if (_states[state].Kind == StateKind.Character && members[_states[state].Set][characterClass])
                {
                    next.Add(_states[state].Next);
                }
            }

            return new StateSet([.. next], character);
        }
    }

    // The states that a set leads to without a character, where a place lies between two neighbours.
    private void Follow(StateSet set, Neighbour behind, List<int> reached)
    {
        reached.Clear();
        _visit++;
        Stack<int> open = new(set.States);
        while (open.Count > 0)
        {
            int index = open.Pop();
            if (_visits[index] == _visit)
            {
                continue;
            }

            _visits[index] = _visit;
            reached.Add(index);
            State state = _states[index];
            if (state.Kind == StateKind.Split)
            {
                open.Push(state.Next);
                open.Push(state.Other);
            }
            else if (state.Kind == StateKind.Assertion && Holds(state.Assertion, set.Before, behind))
            {
                open.Push(state.Next);
            }
        }
    }

    private static bool Holds(AssertionKind assertion, Neighbour before, Neighbour behind) => assertion switch
    {
        AssertionKind.Start => before == Neighbour.Nothing,
        AssertionKind.End => behind == Neighbour.Nothing,
        AssertionKind.WordBoundary => (before == Neighbour.WordCharacter) != (behind == Neighbour.WordCharacter),
        _ => (before == Neighbour.WordCharacter) == (behind == Neighbour.WordCharacter),
    };

    private GrammarException TooLarge() => new(
        $"The pattern '{_pattern}' takes an automaton of more than {CharacterAutomaton.MostStates} states: use smaller numbers of "
        + "repetitions, or fewer parts that may each begin anywhere.");

    private readonly record struct State(
        StateKind Kind, int Next = 0, int Other = 0, int Set = 0, AssertionKind Assertion = AssertionKind.Start);

    private sealed class StateSet(int[] states, Neighbour before) : IEquatable<StateSet>
    {
        public int[] States { get; } = states;

        public Neighbour Before { get; } = before;

        public bool Equals(StateSet? other) => other is not null && Before == other.Before && States.SequenceEqual(other.States);

        public override bool Equals(object? obj) => Equals(obj as StateSet);

        public override int GetHashCode() => States.Aggregate((int)Before, (hash, state) => unchecked((hash * 31) + state));
    }
}
