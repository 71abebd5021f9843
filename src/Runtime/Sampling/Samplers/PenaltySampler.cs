using System;

namespace ModelGen.Sampling;

/// <summary>Makes tokens less likely that stand among the last ones of the text (<see cref="PenaltyOptions"/>).</summary>
internal sealed class PenaltySampler(PenaltyOptions options, int vocabularySize) : ISampler
{
    // How often each token stands there; all 0 between calls.
    private readonly int[] _counts = new int[vocabularySize];

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        ReadOnlySpan<int> window = text[^int.Min(text.Length, options.LastTokens ?? text.Length)..];
        foreach (int id in window)
        {
            // Rows that pad the output head are ids of the model that are never chosen.
            if (id < _counts.Length)
            {
                _counts[id]++;
            }
        }

        for (int index = 0; index < candidates.Count; index++)
        {
            int count = _counts[candidates.Ids[index]];
            if (count > 0)
            {
                ref float logit = ref candidates.Logits[index];
                logit = Penalised(logit, count);
            }
        }

        foreach (int id in window)
        {
            if (id < _counts.Length)
            {
                _counts[id] = 0;
            }
        }

        candidates.LoseOrder();
    }

    private float Penalised(float logit, int count)
    {
        // In double nothing overflows, and what is left is a number, whatever the penalties are: something can be drawn even where all
        // candidates are penalised.
        double scaled = logit > 0 ? (double)logit / options.Repetition : (double)logit * options.Repetition;
        double left = scaled - ((double)count * options.Frequency + options.Presence);
        return (float)Math.Clamp(left, float.MinValue, float.MaxValue);
    }
}
