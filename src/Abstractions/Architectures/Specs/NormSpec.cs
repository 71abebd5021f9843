namespace ModelGen.Architectures;

/// <summary>A norm of a vector.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Weight">What the normalised elements are multiplied with; null: nothing.</param>
/// <param name="Bias">What is then added; null: nothing.</param>
internal sealed record NormSpec(NormKind Kind, float Epsilon, TensorSpec? Weight, TensorSpec? Bias);

/// <summary>The kinds of norms.</summary>
internal enum NormKind
{
    /// <summary>x / √(mean(x²) + ε) (Zhang and Sennrich 2019).</summary>
    RootMeanSquare,

    /// <summary>(x - mean(x)) / √(variance(x) + ε) (Ba et al. 2016).</summary>
    Layer,
}
