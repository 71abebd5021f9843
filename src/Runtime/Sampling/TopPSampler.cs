using System;

namespace ModelGen.Sampling;

/// <summary>
/// Keeps the fewest most likely candidates whose probabilities sum to at least p, in order, and at least one. (Nucleus sampling: Holtzman
/// et al. 2019, "The Curious Case of Neural Text Degeneration", https://arxiv.org/abs/1904.09751.)
/// </summary>
internal sealed class TopPSampler(float p) : ISampler
{
    public void Apply(Candidates candidates)
    {
        float maxLogit = candidates.MaxLogit();
        double wanted = p * candidates.SumOfExponentials(maxLogit);
        if (candidates.IsSorted)
        {
            int kept = 0;
            for (double sum = 0; kept < candidates.Count && (kept == 0 || sum < wanted); kept++)
            {
                sum += MathF.Exp(candidates.Logits[kept] - maxLogit);
            }

            candidates.Keep(kept, isSorted: true);
        }
        else
        {
            candidates.Keep(MoveBestToFront(candidates, maxLogit, wanted), isSorted: true);
        }
    }

    // The nucleus of a whole vocabulary is small: taking it from a heap costs far less than sorting everything. What is taken gathers at
    // the back, the best one last.
    private static int MoveBestToFront(Candidates candidates, float maxLogit, double wanted)
    {
        int count = candidates.Count;
        CandidateHeap.Build(candidates, count, bestFirst: true);
        int kept = 0;
        for (double sum = 0; kept < count && (kept == 0 || sum < wanted); kept++)
        {
            sum += MathF.Exp(candidates.Logits[0] - maxLogit);
            candidates.Swap(0, count - 1 - kept);
            CandidateHeap.SiftDown(candidates, 0, count - 1 - kept, bestFirst: true);
        }

        for (int index = 0; index < int.Min(kept, count / 2); index++)
        {
            candidates.Swap(index, count - 1 - index);
        }

        return kept;
    }
}
