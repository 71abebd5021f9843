using System;

namespace ModelGen.Sampling;

/// <summary>
/// Mirostat 1: takes the probabilities for those of Zipf's law, p(i) ∝ 1 / i ^ s, estimates s from the most likely candidates, and keeps as
/// many candidates as give the bound on the surprise by that law.
/// </summary>
internal sealed class ZipfMirostatSampler(MirostatOptions options, int vocabularySize) : MirostatSampler(options)
{
    // m of the paper.
    private const int Estimated = 100;

    public override void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        BestFirst best = new(candidates);
        double logOfRatios = 0;
        double squares = 0;
        float logit = best.Take();
        while (best.Taken < int.Min(Estimated, candidates.Count))
        {
            float next = best.Take();
            double ratio = Math.Log(best.Taken / (best.Taken - 1.0));
            logOfRatios += ratio * (logit - next);
            squares += ratio * ratio;
            logit = next;
        }

        int kept = squares > 0 ? Count(logOfRatios / squares, candidates.Count) : 1;
        while (best.Taken < kept)
        {
            best.Take();
        }

        best.Keep(kept);
    }

    /// <summary>How many candidates give the bound, for an exponent of Zipf's law.</summary>
    private int Count(double exponent, int most)
    {
        double excess = exponent - 1;

        // Where the exponent is 1, excess / (1 − N ^ −excess) is 1 / ln N.
        double scale = Math.Abs(excess) > 1e-9 ? excess / (1 - Math.Pow(vocabularySize, -excess)) : 1 / Math.Log(vocabularySize);
        double count = Math.Pow(scale * Math.Pow(2, Bound), 1 / exponent);
        return count >= most ? most : int.Max((int)count, 1);
    }
}
