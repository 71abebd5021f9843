namespace ModelGen.Sampling;

/// <summary>
/// Takes candidates from the best one on, as many as are asked for. Of a whole vocabulary few are wanted as a rule: taking them from a heap
/// costs far less than sorting everything.
/// </summary>
internal struct BestFirst
{
    private readonly Candidates _candidates;
    private readonly bool _isSorted;

    public BestFirst(Candidates candidates)
    {
        _candidates = candidates;
        _isSorted = candidates.IsSorted;
        if (!_isSorted)
        {
            CandidateHeap.Build(candidates, candidates.Count, bestFirst: true);
        }
    }

    /// <summary>How many were taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes the next one, at most <see cref="Candidates.Count"/> in all.</summary>
    /// <returns>Its logit.</returns>
    public float Take()
    {
        float logit = _candidates.Logits[_isSorted ? Taken : 0];
        if (!_isSorted)
        {
            // What is taken gathers at the back, the best one last.
            int last = _candidates.Count - 1 - Taken;
            _candidates.Swap(0, last);
            CandidateHeap.SiftDown(_candidates, 0, last, bestFirst: true);
        }

        Taken++;
        return logit;
    }

    /// <summary>Drops all candidates but those that were taken first. Ends the taking.</summary>
    /// <param name="count">1 to <see cref="Taken"/>.</param>
    public readonly void Keep(int count)
    {
        int all = _candidates.Count;
        if (!_isSorted)
        {
            for (int index = 0; index < int.Min(count, all / 2); index++)
            {
                _candidates.Swap(index, all - 1 - index);
            }
        }

        _candidates.Keep(count, isSorted: true);
    }
}
