using System;

namespace ModelGen.Sampling;

/// <summary>Mirostat 2: keeps the candidates whose surprise is at most the bound, and at least the best.</summary>
internal sealed class SurpriseMirostatSampler(MirostatOptions options) : MirostatSampler(options)
{
    public override void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        // −log2(exp(logit − max) / sum) ≤ bound.
        float maxLogit = candidates.MaxLogit();
        double threshold = maxLogit + Math.Log(candidates.SumOfExponentials(maxLogit)) - Bound * Math.Log(2);
        int best = candidates.IndexOfBest();
        int kept = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (candidates.Logits[index] >= threshold || index == best)
            {
                candidates.Copy(index, kept);
                kept++;
            }
        }

        candidates.Keep(kept, candidates.IsSorted);
    }
}
