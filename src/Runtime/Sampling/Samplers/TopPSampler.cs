using System;

namespace ModelGen.Sampling;

/// <summary>
/// Keeps the fewest most likely candidates whose probabilities sum to at least p, in order, and at least one. (Nucleus sampling: Holtzman
/// et al. 2019, "The Curious Case of Neural Text Degeneration", https://arxiv.org/abs/1904.09751.)
/// </summary>
internal sealed class TopPSampler(float p) : ISampler
{
    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        float maxLogit = candidates.MaxLogit();
        double wanted = p * candidates.SumOfExponentials(maxLogit);
        BestFirst best = new(candidates);
        for (double sum = 0; best.Taken < candidates.Count && (best.Taken == 0 || sum < wanted);)
        {
            sum += Exponentials.Weight(best.Take(), maxLogit);
        }

        best.Keep(best.Taken);
    }
}
