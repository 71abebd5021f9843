using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>Makes the samplers that <see cref="GenerationOptions"/> ask for, in their order.</summary>
internal static class SamplerChain
{
    /// <summary>llama.cpp's order.</summary>
    public static IReadOnlyList<SamplerKind> DefaultOrder { get; } =
    [
        SamplerKind.Penalties,
        SamplerKind.Dry,
        SamplerKind.TopNSigma,
        SamplerKind.TopK,
        SamplerKind.TypicalP,
        SamplerKind.TopP,
        SamplerKind.MinP,
        SamplerKind.Xtc,
        SamplerKind.Temperature,
    ];

    /// <param name="options">Valid options.</param>
    /// <param name="tokenizer">Knows the texts of tokens.</param>
    /// <param name="vocabularySize">Ids that may be chosen: 0 to vocabularySize − 1.</param>
    /// <param name="contextLength">The most tokens that the text has.</param>
    /// <param name="seed">What samplers with random numbers of their own start from.</param>
    public static ISampler[] Create(GenerationOptions options, Tokenizer tokenizer, int vocabularySize, int contextLength, ulong seed)
    {
        List<ISampler> chain = [];
        foreach (SamplerKind kind in options.SamplerOrder)
        {
            ISampler? sampler = kind switch
            {
                SamplerKind.Penalties when options.Penalties is { IsOff: false } => new PenaltySampler(options.Penalties, vocabularySize),
                SamplerKind.Dry when options.Dry is { Multiplier: > 0 } =>
                    new DrySampler(options.Dry, tokenizer, vocabularySize, contextLength),

                // The most likely token is the same whatever the others do.
                _ when options.Temperature == 0 => null,
                SamplerKind.Temperature => Temperature(options),

                // Mirostat decides by itself how many candidates stay.
                _ when options.Mirostat is not null => null,
                SamplerKind.TopNSigma when options.TopNSigma > 0 => new TopNSigmaSampler(options.TopNSigma),
                SamplerKind.TopK when options.TopK > 0 => new TopKSampler(options.TopK),
                SamplerKind.TypicalP when options.TypicalP < 1 => new TypicalSampler(options.TypicalP, vocabularySize),
                SamplerKind.TopP when options.TopP < 1 => new TopPSampler(options.TopP),
                SamplerKind.MinP when options.MinP > 0 => new MinPSampler(options.MinP),

                // Numbers of its own: what it does leaves those of the draw where they are.
                SamplerKind.Xtc when options.Xtc is { Probability: > 0 } => new XtcSampler(options.Xtc, ~seed),
                _ => null,
            };
            if (sampler is not null)
            {
                chain.Add(sampler);
            }
        }

        return [.. chain];
    }

    private static ISampler Temperature(GenerationOptions options) => options switch
    {
        { DynamicTemperature: not null } => new DynamicTemperatureSampler(options.Temperature, options.DynamicTemperature),
        { AdaptiveTemperature: not null } => new AdaptiveTemperatureSampler(options.Temperature, options.AdaptiveTemperature),
        _ => new TemperatureSampler(options.Temperature),
    };
}
