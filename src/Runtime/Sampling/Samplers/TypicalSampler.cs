using System;

namespace ModelGen.Sampling;

/// <summary>
/// Keeps the fewest candidates whose probabilities sum to at least p, and at least one: those first whose surprise is nearest to the entropy,
/// which is the surprise that is to be expected. (Meister et al. 2022, "Locally Typical Sampling", https://arxiv.org/abs/2202.00666.)
/// </summary>
internal sealed class TypicalSampler(float p, int capacity) : ISampler
{
    private const float Taken = -1;

    // How far each candidate's surprise is from the entropy, and a heap of their indexes with the nearest one at its root.
    private readonly float[] _distances = new float[capacity];
    private readonly int[] _heap = new int[capacity];

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        float maxLogit = candidates.MaxLogit();
        double total = candidates.SumOfExponentials(maxLogit);
        double expected = candidates.Entropy() - Math.Log(total);
        int count = candidates.Count;
        for (int index = 0; index < count; index++)
        {
            double surprise = (double)maxLogit - candidates.Logits[index];
            _distances[index] = (float)Math.Abs(surprise - expected);
            _heap[index] = index;
        }

        for (int parent = count / 2 - 1; parent >= 0; parent--)
        {
            SiftDown(candidates, parent, count);
        }

        double sum = 0;
        for (int rest = count; rest > 0 && (rest == count || sum < p * total); rest--)
        {
            int nearest = _heap[0];
            sum += Exponentials.Weight(candidates.Logits[nearest], maxLogit);
            _distances[nearest] = Taken;
            _heap[0] = _heap[rest - 1];
            SiftDown(candidates, 0, rest - 1);
        }

        KeepTaken(candidates);
    }

    private void KeepTaken(Candidates candidates)
    {
        int kept = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (_distances[index] == Taken)
            {
                candidates.Copy(index, kept);
                kept++;
            }
        }

        candidates.Keep(kept, candidates.IsSorted);
    }

    private void SiftDown(Candidates candidates, int parent, int count)
    {
        while (2 * parent + 1 < count)
        {
            int child = 2 * parent + 1;
            if (child + 1 < count && IsNearer(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsNearer(_heap[child], _heap[parent]))
            {
                return;
            }

            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            parent = child;
        }

        bool IsNearer(int x, int y) =>
            _distances[x] < _distances[y] || (_distances[x] == _distances[y] && candidates.Precedes(x, y));
    }
}
