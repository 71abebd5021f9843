using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// Code points in classes, those of a class treated alike: a few intervals that cover all of them, each with its class.
/// </summary>
/// <param name="starts">The first code point of each interval, ascending, 0 first.</param>
/// <param name="classes">The class of each interval.</param>
/// <param name="count">Number of classes.</param>
internal sealed class CharacterClasses(int[] starts, int[] classes, int count)
{
    /// <summary>All code points in one class.</summary>
    public static CharacterClasses One { get; } = new([0], [0], 1);

    /// <summary>Number of classes.</summary>
    public int Count { get; } = count;

    /// <summary>Number of intervals.</summary>
    public int IntervalCount => starts.Length;

    /// <summary>The first code point of an interval.</summary>
    public int FirstOf(int interval) => starts[interval];

    /// <summary>The last code point of an interval.</summary>
    public int LastOf(int interval) => interval + 1 < starts.Length ? starts[interval + 1] - 1 : CharacterRange.LastCharacter;

    /// <summary>The class of an interval's code points.</summary>
    public int ClassOfInterval(int interval) => classes[interval];

    /// <summary>The class of a code point.</summary>
    public int ClassOf(int character)
    {
        int interval = Array.BinarySearch(starts, character);
        return classes[interval >= 0 ? interval : ~interval - 1];
    }

    /// <summary>Classes that no set tells apart: each set is a union of some of them.</summary>
    /// <param name="sets">The sets, each in order.</param>
    /// <param name="members">[set][class] whether the set contains the class.</param>
    public static CharacterClasses Of(IReadOnlyList<IReadOnlyList<CharacterRange>> sets, out bool[][] members)
    {
        SortedSet<int> bounds = [0];
        foreach (IReadOnlyList<CharacterRange> set in sets)
        {
            foreach (CharacterRange range in set)
            {
                bounds.Add(range.First);
                if (range.Last < CharacterRange.LastCharacter)
                {
                    bounds.Add(range.Last + 1);
                }
            }
        }

        int[] starts = [.. bounds];
        int[] classes = new int[starts.Length];
        int[] places = new int[sets.Count];
        Dictionary<string, int> known = [];
        List<string> signatures = [];
        char[] signature = new char[sets.Count];
        for (int interval = 0; interval < starts.Length; interval++)
        {
            for (int set = 0; set < sets.Count; set++)
            {
                IReadOnlyList<CharacterRange> ranges = sets[set];
                while (places[set] < ranges.Count && ranges[places[set]].Last < starts[interval])
                {
                    places[set]++;
                }

                signature[set] = places[set] < ranges.Count && ranges[places[set]].First <= starts[interval] ? '1' : '0';
            }

            string key = new(signature);
            if (!known.TryGetValue(key, out int characterClass))
            {
                known.Add(key, characterClass = known.Count);
                signatures.Add(key);
            }

            classes[interval] = characterClass;
        }

        members = new bool[sets.Count][];
        for (int set = 0; set < sets.Count; set++)
        {
            members[set] = new bool[signatures.Count];
            for (int characterClass = 0; characterClass < signatures.Count; characterClass++)
            {
                members[set][characterClass] = signatures[characterClass][set] == '1';
            }
        }

        return new CharacterClasses(starts, classes, signatures.Count);
    }

    /// <summary>Classes of the code points that share a class in both: each of them lies in one class of either.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <param name="pairs">[class] its class in <paramref name="left"/> and in <paramref name="right"/>.</param>
    public static CharacterClasses Common(CharacterClasses left, CharacterClasses right, out List<(int Left, int Right)> pairs)
    {
        List<int> starts = [];
        List<int> classes = [];
        pairs = [];
        Dictionary<(int, int), int> known = [];
        int l = 0;
        int r = 0;
        while (l < left.IntervalCount && r < right.IntervalCount)
        {
            (int, int) pair = (left.ClassOfInterval(l), right.ClassOfInterval(r));
            if (!known.TryGetValue(pair, out int characterClass))
            {
                known.Add(pair, characterClass = pairs.Count);
                pairs.Add(pair);
            }

            starts.Add(Math.Max(left.FirstOf(l), right.FirstOf(r)));
            classes.Add(characterClass);
            int end = Math.Min(left.LastOf(l), right.LastOf(r));
            if (left.LastOf(l) == end)
            {
                l++;
            }

            if (right.LastOf(r) == end)
            {
                r++;
            }
        }

        return new CharacterClasses([.. starts], [.. classes], pairs.Count);
    }
}
