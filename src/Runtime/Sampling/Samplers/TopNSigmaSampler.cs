using System;

namespace ModelGen.Sampling;

/// <summary>
/// Keeps the candidates whose logit is at most n standard deviations of all logits below the highest. (Tang et al. 2024, "Top-nσ: Not All
/// Logits Are You Need", https://arxiv.org/abs/2411.07641.)
/// </summary>
internal sealed class TopNSigmaSampler(float n) : ISampler
{
    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        double mean = 0;
        foreach (float logit in candidates.Logits)
        {
            mean += logit;
        }

        mean /= candidates.Count;
        double squares = 0;
        foreach (float logit in candidates.Logits)
        {
            squares += (logit - mean) * (logit - mean);
        }

        double threshold = candidates.MaxLogit() - n * Math.Sqrt(squares / candidates.Count);
        int kept = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (candidates.Logits[index] >= threshold)
            {
                candidates.Copy(index, kept);
                kept++;
            }
        }

        candidates.Keep(kept, candidates.IsSorted);
    }
}
