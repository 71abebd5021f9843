namespace ModelGen.Architectures;

/// <summary>
/// "command-r": LayerNorm without biases, attention and feed-forward in parallel, SwiGLU, logits times a factor; the largest model has a norm for each
/// query and key head (Cohere 2024, Command R).
/// </summary>
internal sealed class CommandRArchitecture : DecoderArchitecture
{
    public override string Name => "command-r";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        Norm = NormKind.Layer,
        FeedForwardNorm = null,
        IsParallel = true,
        HeadNorm = Presence.Optional,
        HeadNormKind = NormKind.Layer,
        HeadNormExtent = HeadNormExtent.OwnHead,
        LogitScale = header.Factor("logit_scale", 1f),
    };
}
