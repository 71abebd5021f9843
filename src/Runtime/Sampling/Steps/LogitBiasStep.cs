using System;
using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>Adds to the logits of some tokens (<see cref="GenerationOptions.LogitBias"/>).</summary>
internal sealed class LogitBiasStep(IReadOnlyDictionary<int, float> biases) : LogitStep
{
    private readonly KeyValuePair<int, float>[] _biases = [.. biases];

    public override string Name => nameof(GenerationOptions.LogitBias);

    public override void Apply(ReadOnlySpan<int> text, int promptLength, Span<float> logits)
    {
        foreach ((int id, float bias) in _biases)
        {
            logits[id] = MathF.Min(logits[id] + bias, float.MaxValue);
        }
    }
}
