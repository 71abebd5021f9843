using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars;

/// <summary>Sets of characters as ranges in ascending order, apart from each other; halves of surrogate pairs are no characters.</summary>
internal static class CharacterRanges
{
    /// <summary>Every character: U+0000 to U+10FFFF without the halves of surrogate pairs.</summary>
    public static IReadOnlyList<CharacterRange> All { get; } = [new(0, 0xD7FF), new(0xE000, CharacterRange.LastCharacter)];

    /// <summary>The characters of any ranges, in order, each range as long as it can be.</summary>
    public static IReadOnlyList<CharacterRange> Normalize(IEnumerable<CharacterRange> ranges)
    {
        List<CharacterRange> result = [];
        foreach (CharacterRange range in ranges.OrderBy(range => range.First))
        {
            if (result.Count > 0 && range.First <= result[result.Count - 1].Last + 1)
            {
                CharacterRange last = result[result.Count - 1];
                result[result.Count - 1] = last with { Last = Math.Max(last.Last, range.Last) };
            }
            else
            {
                result.Add(range);
            }
        }

        return Intersect(result, All);
    }

    /// <summary>The characters that are not in a set.</summary>
    /// <param name="ranges">A set, in order.</param>
    public static IReadOnlyList<CharacterRange> Complement(IReadOnlyList<CharacterRange> ranges)
    {
        List<CharacterRange> result = [];
        int first = 0;
        foreach (CharacterRange range in ranges)
        {
            if (range.First > first)
            {
                result.Add(new CharacterRange(first, range.First - 1));
            }

            first = range.Last + 1;
        }

        if (first <= CharacterRange.LastCharacter)
        {
            result.Add(new CharacterRange(first, CharacterRange.LastCharacter));
        }

        return Intersect(result, All);
    }

    /// <summary>The characters that are in both of two sets.</summary>
    /// <param name="left">A set, in order.</param>
    /// <param name="right">The other.</param>
    public static IReadOnlyList<CharacterRange> Intersect(IReadOnlyList<CharacterRange> left, IReadOnlyList<CharacterRange> right)
    {
        List<CharacterRange> result = [];
        for (int l = 0, r = 0; l < left.Count && r < right.Count;)
        {
            int first = Math.Max(left[l].First, right[r].First);
            int last = Math.Min(left[l].Last, right[r].Last);
            if (first <= last)
            {
                result.Add(new CharacterRange(first, last));
            }

            if (left[l].Last < right[r].Last)
            {
                l++;
            }
            else
            {
                r++;
            }
        }

        return result;
    }
}
