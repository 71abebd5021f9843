using System;

namespace ModelGen.Sampling;

/// <summary>
/// Divides the logits by the temperature and multiplies them by a number of at least 1 that depends on their entropy
/// (<see cref="AdaptiveTemperatureOptions"/>).
/// </summary>
internal sealed class AdaptiveTemperatureSampler(float temperature, AdaptiveTemperatureOptions options) : ISampler
{
    // Sharp enough to leave nothing but the best; and a number, whatever the coefficients are.
    private const double HighestBeta = 1e30;

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        double beta = Beta(candidates.Entropy());
        float maxLogit = candidates.MaxLogit();
        foreach (ref float logit in candidates.Logits)
        {
            logit = (float)(((double)logit - maxLogit) * beta / temperature);
        }
    }

    private double Beta(double entropy)
    {
        if (entropy <= options.MinEntropy)
        {
            return 1;
        }

        double sum = 0;
        for (int index = 0; index < options.Coefficients.Count; index++)
        {
            sum = sum * entropy + options.Coefficients[index];
        }

        return Math.Clamp(sum, 1, HighestBeta);
    }
}
