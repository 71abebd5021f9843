using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Characters;

internal sealed partial class CharacterAutomaton
{
    /// <summary>Texts of a length.</summary>
    /// <param name="minimum">The fewest characters.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public static CharacterAutomaton OfLength(int minimum, int? maximum)
    {
        CharacterClasses classes = CharacterClasses.Of([CharacterRanges.All], out bool[][] members);
        return Explore(
            classes,
            0,
            (length, characterClass) =>
                !members[0][characterClass] || length == maximum ? null : maximum is null ? Math.Min(length + 1, minimum) : length + 1,
            length => length >= minimum);
    }

    /// <summary>Texts of one character of a set.</summary>
    /// <param name="characters">The set, in order.</param>
    public static CharacterAutomaton OfCharacter(IReadOnlyList<CharacterRange> characters)
    {
        CharacterClasses classes = CharacterClasses.Of([characters], out bool[][] members);
        return Explore(classes, 0, (length, characterClass) => length == 0 && members[0][characterClass] ? 1 : null, length => length == 1);
    }

    /// <summary>The texts given.</summary>
    /// <param name="texts">The texts, in UTF-16; one with half of a surrogate pair alone is left out, as no text has it.</param>
    public static CharacterAutomaton Of(params IEnumerable<string> texts)
    {
        List<Dictionary<int, int>> nodes = [[]];
        List<bool> accepts = [false];
        SortedSet<int> characters = [];
        foreach (string text in texts)
        {
            int node = 0;
            for (int index = 0; index < text.Length; index++)
            {
                int character = text[index];
                if (char.IsSurrogatePair(text, index))
                {
                    character = char.ConvertToUtf32(text, index);
                    index++;
                }

                characters.Add(character);
                if (!nodes[node].TryGetValue(character, out int next))
                {
                    nodes[node].Add(character, next = nodes.Count);
                    nodes.Add([]);
                    accepts.Add(false);
                }

                node = next;
            }

            accepts[node] = true;
        }

        // Each character that occurs is a class of its own; all others are class 0.
        List<int> starts = [0];
        List<int> intervals = [0];
        Dictionary<int, int> classes = [];
        foreach (int character in characters)
        {
            if (char.MaxValue >= character && char.IsSurrogate((char)character))
            {
                continue;
            }

            if (starts[starts.Count - 1] == character)
            {
                starts.RemoveAt(starts.Count - 1);
                intervals.RemoveAt(intervals.Count - 1);
            }

            classes.Add(character, classes.Count + 1);
            starts.Add(character);
            intervals.Add(classes.Count);
            if (character < CharacterRange.LastCharacter)
            {
                starts.Add(character + 1);
                intervals.Add(0);
            }
        }

        int classCount = classes.Count + 1;
        int[] transitions = new int[nodes.Count * classCount];
        for (int node = 0; node < nodes.Count; node++)
        {
            for (int characterClass = 0; characterClass < classCount; characterClass++)
            {
                transitions[(node * classCount) + characterClass] = Dead;
            }

            foreach (KeyValuePair<int, int> edge in nodes[node])
            {
                if (classes.TryGetValue(edge.Key, out int characterClass))
                {
                    transitions[(node * classCount) + characterClass] = edge.Value;
                }
            }
        }

        return Minimize(new CharacterClasses([.. starts], [.. intervals], classCount), transitions, [.. accepts]);
    }

    /// <summary>The texts of either.</summary>
    public static CharacterAutomaton operator |(CharacterAutomaton left, CharacterAutomaton right) =>
        left.IsEmpty ? right : right.IsEmpty ? left : Combine(left, right, (inLeft, inRight) => inLeft || inRight);

    /// <summary>The texts that both have.</summary>
    public static CharacterAutomaton operator &(CharacterAutomaton left, CharacterAutomaton right) =>
        left.IsEmpty || right.IsEmpty ? None
        : left.IsAll ? right
        : right.IsAll ? left
        : Combine(left, right, (inLeft, inRight) => inLeft && inRight);

    /// <summary>The texts of the first that the second does not have.</summary>
    public static CharacterAutomaton operator -(CharacterAutomaton left, CharacterAutomaton right) =>
        left.IsEmpty || right.IsEmpty ? left : Combine(left, right, (inLeft, inRight) => inLeft && !inRight);

    /// <summary>The texts that it does not have.</summary>
    public static CharacterAutomaton operator ~(CharacterAutomaton automaton) => All - automaton;

    /// <summary>The texts that a machine with few states accepts.</summary>
    /// <typeparam name="TState">What tells its states apart.</typeparam>
    /// <param name="classes">Characters that it treats alike.</param>
    /// <param name="start">The state that it starts in.</param>
    /// <param name="next">The state that a class of characters leads to; null where no text goes on so.</param>
    /// <param name="accepts">Whether a text may end in a state.</param>
    public static CharacterAutomaton Explore<TState>(
        CharacterClasses classes, TState start, Func<TState, int, TState?> next, Func<TState, bool> accepts)
        where TState : struct, IEquatable<TState>
    {
        List<TState> states = [start];
        Dictionary<TState, int> numbers = new() { [start] = 0 };
        List<int> transitions = [];
        List<bool> accepting = [];
        for (int state = 0; state < states.Count; state++)
        {
            accepting.Add(accepts(states[state]));
            for (int characterClass = 0; characterClass < classes.Count; characterClass++)
            {
                int target = Dead;
                if (next(states[state], characterClass) is TState reached && !numbers.TryGetValue(reached, out target))
                {
                    CheckCount(target = states.Count);
                    numbers.Add(reached, target);
                    states.Add(reached);
                }

                transitions.Add(target);
            }
        }

        return Minimize(classes, [.. transitions], [.. accepting]);
    }

    private static CharacterAutomaton Combine(CharacterAutomaton left, CharacterAutomaton right, Func<bool, bool, bool> accepts)
    {
        CharacterClasses classes = CharacterClasses.Common(left.Classes, right.Classes, out List<(int Left, int Right)> pairs);
        bool needsLeft = !accepts(false, true);
        bool needsRight = !accepts(true, false);
        return Explore(
            classes,
            (Left: 0, Right: 0),
            (state, characterClass) =>
            {
                int inLeft = state.Left == Dead ? Dead : left.NextOfClass(state.Left, pairs[characterClass].Left);
                int inRight = state.Right == Dead ? Dead : right.NextOfClass(state.Right, pairs[characterClass].Right);
                return (inLeft == Dead && (needsLeft || inRight == Dead)) || (inRight == Dead && needsRight) ? null : (inLeft, inRight);
            },
            state => accepts(state.Left != Dead && left.Accepts(state.Left), state.Right != Dead && right.Accepts(state.Right)));
    }

    private static void CheckCount(int states)
    {
        if (states > MostStates)
        {
            throw new GrammarException(
                $"What a text may be takes an automaton of more than {MostStates} states: use fewer or shorter patterns and limits of "
                + "lengths.");
        }
    }
}
