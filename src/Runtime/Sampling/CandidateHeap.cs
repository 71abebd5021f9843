namespace ModelGen.Sampling;

/// <summary>Binary heaps over the front of the candidates, in place (Williams 1964; built bottom-up as Floyd 1964).</summary>
internal static class CandidateHeap
{
    /// <summary>Orders the first <paramref name="count"/> candidates as a heap with the best (or worst) candidate at index 0.</summary>
    public static void Build(Candidates candidates, int count, bool bestFirst)
    {
        for (int parent = count / 2 - 1; parent >= 0; parent--)
        {
            SiftDown(candidates, parent, count, bestFirst);
        }
    }

    /// <summary>Restores the heap below <paramref name="parent"/> after that candidate changed.</summary>
    public static void SiftDown(Candidates candidates, int parent, int count, bool bestFirst)
    {
        while (2 * parent + 1 < count)
        {
            int child = 2 * parent + 1;
            if (child + 1 < count && IsAbove(child + 1, child))
            {
                child++;
            }

            if (!IsAbove(child, parent))
            {
                return;
            }

            candidates.Swap(child, parent);
            parent = child;
        }

        bool IsAbove(int x, int y) => bestFirst ? candidates.Precedes(x, y) : candidates.Precedes(y, x);
    }
}
