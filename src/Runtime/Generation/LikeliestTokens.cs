using System;

namespace ModelGen.Generation;

/// <summary>Finds the ids of the highest logits, the highest first, the lowest id first on ties. Allocates nothing after its
/// creation.</summary>
/// <param name="count">How many, at least 1.</param>
internal sealed class LikeliestTokens(int count)
{
    private readonly int[] _ids = new int[count];

    /// <summary>The ids, as many as asked for or as there are logits; the next call overwrites them.</summary>
    public ReadOnlySpan<int> Of(ReadOnlySpan<float> logits)
    {
        int found = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            // Most logits are no higher than the last of those found so far, and go by after one comparison.
            if (found == count && !(logits[id] > logits[_ids[found - 1]]))
            {
                continue;
            }

            int place = found == count ? found - 1 : found++;
            for (; place > 0 && logits[id] > logits[_ids[place - 1]]; place--)
            {
                _ids[place] = _ids[place - 1];
            }

            _ids[place] = id;
        }

        return _ids.AsSpan(0, found);
    }
}
