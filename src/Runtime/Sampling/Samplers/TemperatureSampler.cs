using System;

namespace ModelGen.Sampling;

/// <summary>
/// Divides the logits by the temperature, which is above 0. (Ackley, Hinton and Sejnowski 1985, "A Learning Algorithm for Boltzmann
/// Machines".)
/// </summary>
internal sealed class TemperatureSampler(float temperature) : ISampler
{
    public void Apply(Candidates candidates, ReadOnlySpan<int> text) => Divide(candidates, temperature);

    /// <summary>Divides the logits by a temperature above 0.</summary>
    public static void Divide(Candidates candidates, float temperature)
    {
        // The highest becomes 0, so that no temperature, however small, makes it overflow.
        float maxLogit = candidates.MaxLogit();
        foreach (ref float logit in candidates.Logits)
        {
            logit = (logit - maxLogit) / temperature;
        }
    }
}
