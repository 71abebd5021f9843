using System;

namespace ModelGen.Sampling;

/// <summary>
/// Divides the logits by a temperature around the given one, the higher the nearer the candidates' entropy is to the highest that so many
/// candidates can have.
/// </summary>
internal sealed class DynamicTemperatureSampler(float temperature, DynamicTemperatureOptions options) : ISampler
{
    private readonly float _lowest = MathF.Max(temperature - options.Range, 0);
    private readonly float _highest = MathF.Min(temperature + options.Range, float.MaxValue);

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        if (candidates.Count == 1)
        {
            return;
        }

        double share = Math.Min(candidates.Entropy() / Math.Log(candidates.Count), 1);
        float found = (float)(_lowest + ((double)_highest - _lowest) * Math.Pow(share, options.Exponent));
        if (found > 0)
        {
            TemperatureSampler.Divide(candidates, found);
        }
        else
        {
            candidates.Swap(0, candidates.IndexOfBest());
            candidates.Keep(1, isSorted: true);
        }
    }
}
