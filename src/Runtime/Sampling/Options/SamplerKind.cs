namespace ModelGen.Sampling;

/// <summary>The samplers of <see cref="GenerationOptions.SamplerOrder"/>.</summary>
public enum SamplerKind
{
    /// <summary><see cref="GenerationOptions.Penalties"/>.</summary>
    Penalties,

    /// <summary><see cref="GenerationOptions.Dry"/>.</summary>
    Dry,

    /// <summary><see cref="GenerationOptions.TopNSigma"/>.</summary>
    TopNSigma,

    /// <summary><see cref="GenerationOptions.TopK"/>.</summary>
    TopK,

    /// <summary><see cref="GenerationOptions.TypicalP"/>.</summary>
    TypicalP,

    /// <summary><see cref="GenerationOptions.TopP"/>.</summary>
    TopP,

    /// <summary><see cref="GenerationOptions.MinP"/>.</summary>
    MinP,

    /// <summary><see cref="GenerationOptions.Xtc"/>.</summary>
    Xtc,

    /// <summary>
    /// <see cref="GenerationOptions.Temperature"/>, with <see cref="GenerationOptions.DynamicTemperature"/> or
    /// <see cref="GenerationOptions.AdaptiveTemperature"/> where one of them is given.
    /// </summary>
    Temperature,
}
