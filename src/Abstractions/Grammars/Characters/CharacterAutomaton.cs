using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// A deterministic finite automaton over Unicode characters: a set of texts. It is as small as one of its texts can be, and its states are
/// numbered in one way, so that equal sets are equal automata. States are 0 to StateCount − 1, it starts in 0; without states it has no text.
/// Halves of surrogate pairs are no characters and lead nowhere.
/// </summary>
internal sealed partial class CharacterAutomaton : IEquatable<CharacterAutomaton>
{
    /// <summary>The state that no text leads out of and that accepts nothing.</summary>
    public const int Dead = -1;

    /// <summary>More states than this are refused: what needs them is better said otherwise.</summary>
    public const int MostStates = 20_000;

    private readonly int[] _transitions;
    private readonly bool[] _accepts;

    private CharacterAutomaton(CharacterClasses classes, int[] transitions, bool[] accepts)
    {
        Classes = classes;
        _transitions = transitions;
        _accepts = accepts;
    }

    /// <summary>No text.</summary>
    public static CharacterAutomaton None { get; } = new(CharacterClasses.One, [], []);

    /// <summary>Every text.</summary>
    public static CharacterAutomaton All { get; } = OfLength(0, null);

    /// <summary>What characters its states do not tell apart.</summary>
    public CharacterClasses Classes { get; }

    /// <summary>Number of states.</summary>
    public int StateCount => _accepts.Length;

    /// <summary>Whether it has no text.</summary>
    public bool IsEmpty => StateCount == 0;

    /// <summary>Whether every text is one of its own.</summary>
    public bool IsAll => Equals(All);

    /// <summary>Whether a text that ends in the state is one of its own.</summary>
    public bool Accepts(int state) => _accepts[state];

    /// <summary>The state that a class of characters leads to, or <see cref="Dead"/>.</summary>
    public int NextOfClass(int state, int characterClass) => _transitions[(state * Classes.Count) + characterClass];

    /// <summary>Whether a text is one of its own.</summary>
    /// <param name="text">The text, in UTF-16.</param>
    public bool Accepts(string text)
    {
        int state = IsEmpty ? Dead : 0;
        for (int index = 0; index < text.Length && state != Dead; index++)
        {
            int character = text[index];
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                character = char.ConvertToUtf32(text[index], text[index + 1]);
                index++;
            }

            state = NextOfClass(state, Classes.ClassOf(character));
        }

        return state != Dead && _accepts[state];
    }

    /// <summary>Its shortest text, in UTF-16: of several the first one in the order of characters. It has one.</summary>
    public string Shortest()
    {
        HashSet<int> seen = [0];
        List<(string Text, int State)> level = [("", 0)];
        while (true)
        {
            List<(string Text, int State)> next = [];
            foreach ((string text, int state) in level)
            {
                if (_accepts[state])
                {
                    return text;
                }

                for (int interval = 0; interval < Classes.IntervalCount; interval++)
                {
                    int reached = NextOfClass(state, Classes.ClassOfInterval(interval));
                    if (reached != Dead && seen.Add(reached))
                    {
                        next.Add((text + char.ConvertFromUtf32(Classes.FirstOf(interval)), reached));
                    }
                }
            }

            level = next;
        }
    }

    /// <summary>Characters of its shortest text; it has one.</summary>
    public int ShortestLength()
    {
        HashSet<int> seen = [0];
        List<int> level = [0];
        for (int length = 0; ; length++)
        {
            if (level.Any(Accepts))
            {
                return length;
            }

            level = [.. level.SelectMany(NextStates).Where(seen.Add)];
        }
    }

    /// <summary>Characters of its longest text; null where there is none, as there are always longer ones.</summary>
    public int? LongestLength()
    {
        // Every state leads to a text, so that there is a longest one exactly where no state leads back to itself.
        int[] longest = new int[StateCount];
        byte[] marks = new byte[StateCount];
        Stack<(int State, bool Done)> open = new([(0, false)]);
        while (open.Count > 0)
        {
            (int state, bool done) = open.Pop();
            if (done)
            {
                longest[state] = NextStates(state).Select(next => longest[next] + 1).DefaultIfEmpty(0).Max();
                marks[state] = 2;
                continue;
            }

            if (marks[state] != 0)
            {
                continue;
            }

            marks[state] = 1;
            open.Push((state, true));
            foreach (int next in NextStates(state))
            {
                if (marks[next] == 1)
                {
                    return null;
                }

                open.Push((next, false));
            }
        }

        return longest[0];
    }

    /// <summary>Its texts, in UTF-16; null where there are too many.</summary>
    /// <param name="most">The most texts.</param>
    public IReadOnlyList<string>? TryList(int most)
    {
        if (IsEmpty)
        {
            return [];
        }

        // From level to level, beginnings with the states that they lead to. Each has an end of its own, so that there are at most as many.
        List<string> texts = [];
        List<(string Text, int State)> level = [("", 0)];
        while (level.Count > 0)
        {
            texts.AddRange(level.Where(beginning => _accepts[beginning.State]).Select(beginning => beginning.Text));
            List<(string Text, int State)> next = [];
            foreach ((string text, int state) in level)
            {
                for (int interval = 0; interval < Classes.IntervalCount; interval++)
                {
                    if (NextOfClass(state, Classes.ClassOfInterval(interval)) is int reached and not Dead)
                    {
                        for (int character = Classes.FirstOf(interval); character <= Classes.LastOf(interval); character++)
                        {
                            next.Add((text + char.ConvertFromUtf32(character), reached));
                            if (texts.Count + next.Count > most || text.Length > MostStates)
                            {
                                return null;
                            }
                        }
                    }
                }
            }

            level = next;
        }

        return texts;
    }

    public bool Equals(CharacterAutomaton? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || StateCount != other.StateCount || Classes.IntervalCount != other.Classes.IntervalCount
            || !_accepts.SequenceEqual(other._accepts) || !_transitions.SequenceEqual(other._transitions))
        {
            return false;
        }

        for (int interval = 0; interval < Classes.IntervalCount; interval++)
        {
            if (Classes.FirstOf(interval) != other.Classes.FirstOf(interval)
                || Classes.ClassOfInterval(interval) != other.Classes.ClassOfInterval(interval))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as CharacterAutomaton);

    public override int GetHashCode()
    {
        int hash = StateCount;
        foreach (int next in _transitions)
        {
            hash = unchecked((hash * 31) + next);
        }

        for (int interval = 0; interval < Classes.IntervalCount; interval++)
        {
            hash = unchecked((hash * 31) + Classes.FirstOf(interval));
        }

        return hash;
    }

    private IEnumerable<int> NextStates(int state)
    {
        for (int characterClass = 0; characterClass < Classes.Count; characterClass++)
        {
            if (NextOfClass(state, characterClass) is int next and not Dead)
            {
                yield return next;
            }
        }
    }
}
