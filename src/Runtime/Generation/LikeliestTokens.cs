using System;
using System.Numerics;

namespace ModelGen.Generation;

/// <summary>
/// Finds the ids of the highest logits, the highest first, the lowest id first on ties. Allocates nothing after its creation.
/// </summary>
/// <param name="count">How many, at least 1.</param>
internal sealed class LikeliestTokens(int count)
{
    private readonly int[] _ids = new int[count];

    /// <summary>The ids, as many as asked for or as there are logits; the next call overwrites them.</summary>
    public ReadOnlySpan<int> Of(ReadOnlySpan<float> logits)
    {
        int found = int.Min(count, logits.Length);
        for (int id = 0; id < found; id++)
        {
            Insert(logits, id, id);
        }

        for (int id = Next(logits, found); id < logits.Length; id = Next(logits, id + 1))
        {
            Insert(logits, id, found - 1);
        }

        return _ids.AsSpan(0, found);

        // Nearly all logits are no higher than the last of those found so far, and go by a vector at a time.
        int Next(ReadOnlySpan<float> values, int start) => start + IndexAbove(values[start..], values[_ids[found - 1]]);
    }

    /// <summary>Puts an id into its place among those found, which are so many; behind equal ones.</summary>
    private void Insert(ReadOnlySpan<float> logits, int id, int place)
    {
        for (; place > 0 && logits[id] > logits[_ids[place - 1]]; place--)
        {
            _ids[place] = _ids[place - 1];
        }

        _ids[place] = id;
    }

    // Their number where none is above.
    private static int IndexAbove(ReadOnlySpan<float> values, float bound)
    {
        Vector<float> bounds = new(bound);
        int index = 0;
        while (index + Vector<float>.Count <= values.Length && !Vector.GreaterThanAny(new Vector<float>(values[index..]), bounds))
        {
            index += Vector<float>.Count;
        }

        while (index < values.Length && !(values[index] > bound))
        {
            index++;
        }

        return index;
    }
}
