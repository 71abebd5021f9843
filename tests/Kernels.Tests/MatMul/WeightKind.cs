namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>What the weights and activations of a product are.</summary>
public enum WeightKind
{
    /// <summary>Scales and values as a model has them.</summary>
    Usual,

    /// <summary>Scales of one and whole numbers, so that every product and sum is a whole number below 2²⁴: results are exact.</summary>
    Whole,

    /// <summary>
    /// The ends of every range: weights at their smallest and largest, activations at ±127, scales zero, subnormal, negative and the
    /// largest finite half.
    /// </summary>
    Extreme,
}
