using System;

namespace ModelGen.Sampling;

/// <summary>
/// Now and then takes away all candidates that are likely enough but the least likely of them (<see cref="XtcOptions"/>).
/// </summary>
internal sealed class XtcSampler(XtcOptions options, ulong seed) : ISampler
{
    private Xoshiro256 _random = new(seed);

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        if (_random.NextDouble() < options.Probability)
        {
            Exclude(candidates, options.Threshold);
        }
    }

    private static void Exclude(Candidates candidates, float threshold)
    {
        float maxLogit = candidates.MaxLogit();
        double wanted = threshold * candidates.SumOfExponentials(maxLogit);
        int likely = 0;
        int least = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (IsLikely(index))
            {
                least = likely == 0 || candidates.Precedes(least, index) ? index : least;
                likely++;
            }
        }

        if (likely < 2)
        {
            return;
        }

        int kept = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (index == least || !IsLikely(index))
            {
                candidates.Copy(index, kept);
                kept++;
            }
        }

        candidates.Keep(kept, candidates.IsSorted);

        bool IsLikely(int index) => Exponentials.Weight(candidates.Logits[index], maxLogit) >= wanted;
    }
}
