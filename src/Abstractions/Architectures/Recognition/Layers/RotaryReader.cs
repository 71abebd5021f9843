using System;
using System.Collections.Generic;

namespace ModelGen.Architectures;

/// <summary>Reads the rotary embeddings of a decoder: that of all layers, and that of layers with a window where it is another.</summary>
internal static class RotaryReader
{
    // The frequencies' base where a file does not name one, as RoFormer has it.
    public const float DefaultBase = 10000f;

    private const string YarnMultiplier = "rope.scaling.yarn_log_multiplier";

    /// <summary>The rotary embeddings; none where no head is rotated.</summary>
    public static RotarySpec[] Read(HeaderQuery header, DecoderTraits traits, DecoderShape shape)
    {
        if (traits.Pairing is not RotaryPairing pairing)
        {
            header.IgnoreGroup("rope.");
            return [];
        }

        int dimensions = ReadDimensions(header, "rope.dimension_count", shape.HeadDimension, shape.HeadDimension);
        float rotaryBase = (float)(header.Real("rope.freq_base", DefaultBase) * traits.RotaryBaseFactor);
        RotaryScaling scaling = Scaling(header, traits);
        (TensorSpec? factors, TensorSpec? longFactors) = Factors(header, traits, dimensions);
        var rotaries = new List<RotarySpec> { new(dimensions, pairing, rotaryBase, scaling, factors, longFactors) };
        if (traits.WindowRotaryBase is float windowBase)
        {
            int ofWindow = traits.HasWindowHeads
                ? ReadDimensions(header, "rope.dimension_count_swa", dimensions, shape.WindowHeadDimension)
                : dimensions;
            rotaries.Add(new RotarySpec(ofWindow, pairing, windowBase, RotaryScaling.None, Factors: null));
        }

        return [.. rotaries];
    }

    private static int ReadDimensions(HeaderQuery header, string suffix, int fallback, int headDimension)
    {
        int dimensions = header.Size(suffix, fallback);
        if (dimensions <= headDimension && dimensions % 2 == 0)
        {
            return dimensions;
        }

        header.Refuse(suffix, $"is {dimensions}; it must be even and at most the head's {headDimension}");
        return 2;
    }

    private static (TensorSpec? Factors, TensorSpec? LongFactors) Factors(HeaderQuery header, DecoderTraits traits, int dimensions)
    {
        if (!traits.MayStretchRotation)
        {
            return (null, null);
        }

        int pairs = dimensions / 2;
        return header.HasTensor("rope_factors_long.weight")
            ? (header.Vector("rope_factors_short.weight", pairs), header.Vector("rope_factors_long.weight", pairs))
            : (header.Vector("rope_freqs.weight", pairs, Presence.Optional), null);
    }

    private static RotaryScaling Scaling(HeaderQuery header, DecoderTraits traits)
    {
        // A factor without a type divides all angles.
        string type = header.Word("rope.scaling.type", "linear");
        float factor = header.RealOrZero("rope.scaling.factor");
        float magnitude = header.Real("rope.scaling.attn_factor", 1f);
        int original = header.SizeOrZero("rope.scaling.original_context_length", header.SizeOrZero("context_length"));
        YarnSpec ramp = traits.YarnRamp ?? YarnSpec.OfPaper;
        float betaFast = header.Real("rope.scaling.yarn_beta_fast", ramp.BetaFast);
        float betaSlow = header.Real("rope.scaling.yarn_beta_slow", ramp.BetaSlow);
        float multiplier = header.RealOrZero(YarnMultiplier);
        header.Ignore("rope.scaling.finetuned");
        if (type is not ("none" or "linear" or "yarn" or "longrope"))
        {
            header.RefuseSetting("rope.scaling.type", type);
        }

        factor = factor == 0 || type is "none" or "longrope" ? 1f : factor;
        if (type != "yarn")
        {
            return new RotaryScaling(factor, magnitude, original);
        }

        // Scores are sharper the longer the context: both sides of q·k grow by 1 + 0.1 · ln(factor). A model whose scores are scaled for all
        // of that already takes it back.
        double growth = 1 + 0.1 * Math.Log(factor);
        double takenBack = traits.YarnScalesScores ? growth : 1 + 0.1 * multiplier * Math.Log(factor);
        return new RotaryScaling(
            factor,
            magnitude * (float)(multiplier == 0 ? growth : growth / takenBack),
            original,
            traits.YarnRamp is null ? ramp : new YarnSpec(betaFast, betaSlow));
    }

    /// <summary>What scores are multiplied with where that is YaRN's to say.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="traits">How the architecture differs from the usual one.</param>
    /// <param name="rotaries">Its rotary embeddings.</param>
    public static double ScoreFactor(HeaderQuery header, DecoderTraits traits, RotarySpec[] rotaries)
    {
        if (!traits.YarnScalesScores || rotaries[0].Scaling is not { Yarn: not null } scaling)
        {
            return 1;
        }

        double sharpness = scaling.Magnitude * (1 + header.RealOrZero(YarnMultiplier) * Math.Log(scaling.Factor));
        return sharpness * sharpness;
    }
}
