using System;

namespace ModelGen.Sampling;

/// <summary>
/// The tokens that may still be drawn, with their logits. Samplers take tokens away and change logits; the buffers are made once, for the
/// whole vocabulary.
/// </summary>
internal sealed class Candidates(int capacity)
{
    private readonly int[] _ids = new int[capacity];
    private readonly float[] _logits = new float[capacity];

    /// <summary>Number of candidates, at least 1 after <see cref="Load"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the candidates lie in order: the highest logit first, the lowest id first on ties.</summary>
    public bool IsSorted { get; private set; }

    /// <summary>Ids of the candidates.</summary>
    public Span<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Logits of the candidates, beside <see cref="Ids"/>.</summary>
    public Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Takes in the logits of a whole vocabulary, token i at index i.</summary>
    /// <param name="logits">[capacity], none of them NaN.</param>
    public void Load(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_logits);
        for (int id = 0; id < logits.Length; id++)
        {
            _ids[id] = id;
        }

        Count = logits.Length;
        IsSorted = false;
    }

    /// <summary>Drops the candidates that can never be drawn, those with −∞. At least one has another logit.</summary>
    public void DropImpossible()
    {
        int kept = 0;
        for (int index = 0; index < Count; index++)
        {
            if (_logits[index] >= float.MinValue)
            {
                Copy(index, kept);
                kept++;
            }
        }

        Count = kept;
    }

    /// <summary>Says that logits have changed in a way that may have changed the order.</summary>
    public void LoseOrder() => IsSorted = false;

    /// <summary>Index of the best candidate: that with the highest logit, and the lowest id on ties.</summary>
    public int IndexOfBest()
    {
        int best = 0;
        for (int index = 1; index < Count; index++)
        {
            if (Precedes(index, best))
            {
                best = index;
            }
        }

        return best;
    }

    /// <summary>The highest logit.</summary>
    public float MaxLogit() => IsSorted ? _logits[0] : Exponentials.Highest(Logits);

    /// <summary>Sum of exp(logit − <paramref name="maxLogit"/>): what divides these into probabilities.</summary>
    public double SumOfExponentials(float maxLogit) => Exponentials.SumOfWeights(Logits, maxLogit);

    /// <summary>Entropy of the probabilities, in nats: from 0 to ln(<see cref="Count"/>).</summary>
    public double Entropy()
    {
        // −Σ p ln p, where p = exp(distance to the highest logit) / sum, is ln(sum) − Σ p · distance.
        float maxLogit = MaxLogit();
        double sum = 0;
        double weighted = 0;
        Span<float> weights = stackalloc float[Exponentials.BlockLength];
        for (int start = 0; start < Count; start += weights.Length)
        {
            Span<float> logits = Logits[start..int.Min(start + weights.Length, Count)];
            Exponentials.Weights(logits, maxLogit, weights);
            for (int index = 0; index < logits.Length; index++)
            {
                if (weights[index] > 0)
                {
                    sum += weights[index];
                    weighted += (double)weights[index] * (logits[index] - maxLogit);
                }
            }
        }

        return Math.Max(Math.Log(sum) - weighted / sum, 0);
    }

    /// <summary>Drops all but the first <paramref name="count"/> candidates.</summary>
    /// <param name="count">1 to Count.</param>
    /// <param name="isSorted">Whether these are in order.</param>
    public void Keep(int count, bool isSorted)
    {
        Count = count;
        IsSorted = isSorted;
    }

    /// <summary>Whether candidate <paramref name="x"/> comes before candidate <paramref name="y"/> in order.</summary>
    public bool Precedes(int x, int y) => _logits[x] > _logits[y] || (_logits[x] == _logits[y] && _ids[x] < _ids[y]);

    public void Swap(int x, int y)
    {
        (_ids[x], _ids[y]) = (_ids[y], _ids[x]);
        (_logits[x], _logits[y]) = (_logits[y], _logits[x]);
    }

    /// <summary>Overwrites candidate <paramref name="index"/> with candidate <paramref name="from"/>.</summary>
    public void Copy(int from, int index)
    {
        _ids[index] = _ids[from];
        _logits[index] = _logits[from];
    }
}
