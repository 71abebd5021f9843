using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Json;

/// <summary>Where characters lead, by their number from some first one on: ranges of them with one state each, in order.</summary>
internal sealed class CharacterTargets : IEquatable<CharacterTargets>
{
    private readonly (int First, int Last, int Target)[] _ranges;
    private readonly int _hash;

    /// <param name="ranges">The ranges in order; neighbours that lead to the same become one.</param>
    public CharacterTargets(IEnumerable<(int First, int Last, int Target)> ranges)
    {
        List<(int First, int Last, int Target)> joined = [];
        foreach ((int first, int last, int target) in ranges)
        {
            if (joined.Count > 0 && joined[joined.Count - 1].Last + 1 == first && joined[joined.Count - 1].Target == target)
            {
                joined[joined.Count - 1] = (joined[joined.Count - 1].First, last, target);
            }
            else
            {
                joined.Add((first, last, target));
            }
        }

        _ranges = [.. joined];
        foreach ((int first, int last, int target) in _ranges)
        {
            _hash = unchecked((((_hash * 31) + first) * 31 + last) * 31 + target);
        }
    }

    /// <summary>Whether no character leads anywhere.</summary>
    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>Where a character leads; −1 for nowhere.</summary>
    public int Of(int character)
    {
        int range = Find(character);
        return range < _ranges.Length && _ranges[range].First <= character ? _ranges[range].Target : -1;
    }

    /// <summary>The number of the range that some characters lie in, all of them; −1 where they do not lie in one.</summary>
    public int RangeAround(int first, int count)
    {
        int range = Find(first);
        return range < _ranges.Length && _ranges[range].First <= first && _ranges[range].Last >= first + count - 1 ? range : -1;
    }

    /// <summary>Some of the characters, numbered from the first of them on.</summary>
    public CharacterTargets Part(int first, int count)
    {
        List<(int First, int Last, int Target)> ranges = [];
        for (int range = Find(first); range < _ranges.Length && _ranges[range].First < first + count; range++)
        {
            ranges.Add((
                Math.Max(_ranges[range].First - first, 0), Math.Min(_ranges[range].Last - first, count - 1), _ranges[range].Target));
        }

        return new CharacterTargets(ranges);
    }

    /// <summary>The same without some of the characters.</summary>
    public CharacterTargets Without(int first, int last)
    {
        List<(int First, int Last, int Target)> ranges = [];
        foreach ((int from, int to, int target) in _ranges)
        {
            if (from < first)
            {
                ranges.Add((from, Math.Min(to, first - 1), target));
            }

            if (to > last)
            {
                ranges.Add((Math.Max(from, last + 1), to, target));
            }
        }

        return new CharacterTargets(ranges);
    }

    public bool Equals(CharacterTargets? other)
    {
        if (other is null || _hash != other._hash || _ranges.Length != other._ranges.Length)
        {
            return false;
        }

        for (int range = 0; range < _ranges.Length; range++)
        {
            if (_ranges[range] != other._ranges[range])
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as CharacterTargets);

    public override int GetHashCode() => _hash;

    // The first range that does not end before a character.
    private int Find(int character)
    {
        int low = 0;
        int high = _ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Last < character)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
