namespace ModelGen.Architectures;

/// <summary>"jais": LayerNorm, attention with linear biases and scores divided by the head's dimension, SwiGLU, biases everywhere (Sengupta et al. 2023).</summary>
internal sealed class JaisArchitecture : DecoderArchitecture
{
    public override string Name => "jais";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = null,
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Required,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        ScoreScale = (float)header.Size("attention.head_count") / header.Size("embedding_length"),
        MaxBias = header.RealOrZero("attention.max_alibi_bias"),
        MayTieOutput = false,
    };
}
