namespace ModelGen.Architectures;

/// <summary>Which two elements of a head a rotation turns.</summary>
internal enum RotaryPairing
{
    /// <summary>Elements 2i and 2i + 1, as RoFormer writes it and llama's GGUF files order their rows.</summary>
    Adjacent,

    /// <summary>Elements i and i + Dimensions / 2, as GPT-NeoX writes it (Black et al. 2022).</summary>
    Halves,
}

/// <summary>Rotary position embedding: pair i of a head at position p is turned by p times an angle and stretched by a factor.</summary>
/// <param name="Dimensions">Elements of a head that are rotated, from its start.</param>
/// <param name="Pairing">Which two elements form a pair.</param>
/// <param name="Base">Base of the frequencies: the angle of pair i is Base^(-2i / Dimensions).</param>
/// <param name="Scaling">How the angles are scaled.</param>
/// <param name="Factors">[Dimensions / 2]: what the angles are divided by; null where that is 1.</param>
/// <param name="LongFactors">The same for a context longer than OriginalContext (LongRoPE); null where it is no other.</param>
internal sealed record RotarySpec(
    int Dimensions, RotaryPairing Pairing, float Base, RotaryScaling Scaling, TensorSpec? Factors, TensorSpec? LongFactors = null);

/// <summary>Scaling of the rotary angles for longer contexts.</summary>
/// <param name="Factor">What angles are divided by (Chen et al. 2023).</param>
/// <param name="Magnitude">Factor of the rotated elements.</param>
/// <param name="OriginalContext">Tokens before scaling.</param>
/// <param name="Yarn">YaRN's ramp between angles that are divided and angles that stay; null: all are divided.</param>
internal sealed record RotaryScaling(float Factor = 1f, float Magnitude = 1f, int OriginalContext = 0, YarnSpec? Yarn = null)
{
    public static readonly RotaryScaling None = new();
}

/// <summary>
/// YaRN (Peng et al. 2023): pairs that turn more than BetaFast times within the original context keep their angle, those that turn less
/// than BetaSlow times are divided by the factor, with a ramp between.
/// </summary>
internal sealed record YarnSpec(float BetaFast, float BetaSlow)
{
    /// <summary>The ramp as the paper has it for LLaMA.</summary>
    public static readonly YarnSpec OfPaper = new(BetaFast: 32f, BetaSlow: 1f);
}
