using System;

namespace ModelGen.Sampling;

/// <summary>
/// What changes logits, or rules tokens out, before the samplers see them. It stands in front of every way to choose a token, greedy too.
/// </summary>
internal abstract class LogitStep
{
    /// <summary>What users know it by, such as the property of <see cref="GenerationOptions"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Changes the logits, or sets those of tokens that may not be chosen to −∞. Allocates nothing in the long run.</summary>
    /// <param name="text">Ids of the text so far. Within a generation each call's has one more than the last call's.</param>
    /// <param name="promptLength">How many of them stand before the answer.</param>
    /// <param name="logits">[vocabulary] none of them NaN or +∞, neither before nor after.</param>
    public abstract void Apply(ReadOnlySpan<int> text, int promptLength, Span<float> logits);
}
