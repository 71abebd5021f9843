namespace ModelGen.Architectures;

/// <summary>
/// "gpt-oss": a score beside those of the keys in every head, windows in every other layer, YaRN, biases everywhere, experts weighed by the softmax over
/// the chosen ones, with a clamped SwiGLU (OpenAI 2025, gpt-oss).
/// </summary>
internal sealed class GptOssArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 2;

    public override string Name => "gpt-oss";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern);
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            Sinks = Presence.Required,
            ProjectionBias = Presence.Optional,
            OutputBias = Presence.Required,
            FeedForwardNorm = "post_attention_norm",
            Activation = _ => new ActivationSpec(ActivationFunction.ClampedSwiGlu),
            MayTieOutput = false,
            Experts = new ExpertTraits { Gating = GatingFunction.SoftmaxOfChosen, Bias = Presence.Required },
        };
    }
}
