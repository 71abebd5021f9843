using System;

namespace ModelGen.Sampling;

/// <summary>
/// What both versions of mirostat share: what may be drawn follows a bound on the surprise, and the bound follows what was drawn
/// (<see cref="MirostatOptions"/>).
/// </summary>
internal abstract class MirostatSampler(MirostatOptions options) : ISampler
{
    /// <summary>The bound on the surprise, in bits (μ of the paper).</summary>
    protected double Bound { get; private set; } = 2 * (double)options.TargetSurprise;

    public abstract void Apply(Candidates candidates, ReadOnlySpan<int> text);

    /// <summary>Learns from what was drawn.</summary>
    /// <param name="probability">How likely the token was among the candidates that this sampler left; above 0.</param>
    public void Observe(double probability) => Bound -= options.LearningRate * (-Math.Log2(probability) - options.TargetSurprise);

    /// <summary>Makes the version that is asked for.</summary>
    public static MirostatSampler Create(MirostatOptions options, int vocabularySize) =>
        options.Version == 1 ? new ZipfMirostatSampler(options, vocabularySize) : new SurpriseMirostatSampler(options);
}
