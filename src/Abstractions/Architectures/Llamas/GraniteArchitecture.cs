namespace ModelGen.Architectures;

/// <summary>"granite": as llama, with factors of embedding, branches, scores and logits (IBM 2024, Granite 3).</summary>
internal sealed class GraniteArchitecture : DecoderArchitecture
{
    public override string Name => "granite";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits TraitsOf(HeaderQuery header) => new()
    {
        Pairing = header.Flag("rope.scaling.finetuned", fallback: true) ? RotaryPairing.Adjacent : null,
        MayStretchRotation = true,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        EmbeddingScale = header.Factor("embedding_scale", 1f),
        ResidualScale = header.Factor("residual_scale", 1f),
        ScoreScale = header.RealOrZero("attention.scale") is > 0 and float scale ? scale : null,
        LogitScale = 1f / header.Real("logit_scale"),
    };

    protected override DecoderTraits Describe(HeaderQuery header) => TraitsOf(header);
}
