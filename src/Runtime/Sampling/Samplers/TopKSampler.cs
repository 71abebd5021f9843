using System;

namespace ModelGen.Sampling;

/// <summary>Keeps the k candidates with the highest logits, in order.</summary>
/// <remarks>
/// A partial selection: a heap of the best k so far, with the worst of them at its root, meets every other candidate once; most are
/// turned away by one comparison. Of 150,000 logits only the k are sorted.
/// </remarks>
internal sealed class TopKSampler(int k) : ISampler
{
    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        int count = int.Min(k, candidates.Count);
        if (candidates.IsSorted)
        {
            candidates.Keep(count, isSorted: true);
            return;
        }

        CandidateHeap.Build(candidates, count, bestFirst: false);
        for (int index = count; index < candidates.Count; index++)
        {
            if (candidates.Precedes(index, 0))
            {
                candidates.Copy(index, 0);
                CandidateHeap.SiftDown(candidates, 0, count, bestFirst: false);
            }
        }

        // Heap sort: the worst goes last, then the worst of the rest.
        for (int last = count - 1; last > 0; last--)
        {
            candidates.Swap(0, last);
            CandidateHeap.SiftDown(candidates, 0, last, bestFirst: false);
        }

        candidates.Keep(count, isSorted: true);
    }
}
