using System;

namespace ModelGen.Architectures;

/// <summary>"apertus": as llama, with norms of query and key heads, rotary embedding of halves, and xIELU without a gate (Swiss AI 2025, Apertus).</summary>
internal sealed class ApertusArchitecture : DecoderArchitecture
{
    public override string Name => "apertus";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int layers = header.Size("block_count");
        float[] positive = header.RealsOfLayers("xielu.alpha_p", layers);
        float[] negative = header.RealsOfLayers("xielu.alpha_n", layers);
        float[] beta = header.RealsOfLayers("xielu.beta", layers);
        float[] epsilon = header.RealsOfLayers("xielu.eps", layers);
        return new DecoderTraits
        {
            MayStretchRotation = true,
            HeadNorm = Presence.Required,
            ProjectionBias = Presence.Optional,
            OutputBias = Presence.Optional,
            FeedForwardBias = Presence.Optional,
            Activation = layer => new ActivationSpec(
                ActivationFunction.Xielu,
                AlphaPositive: (float)Softplus(positive[layer]),
                AlphaNegative: (float)(beta[layer] + Softplus(negative[layer])),
                beta[layer],
                epsilon[layer]),
            IsGated = false,
            MayTieOutput = false,
        };
    }

    /// <summary>ln(1 + eˣ), which keeps a trained parameter positive.</summary>
    private static double Softplus(double x) => x > 20 ? x : Math.Log(1 + Math.Exp(x));
}
