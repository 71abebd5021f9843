namespace ModelGen.Architectures;

/// <summary>
/// "plamo2": state spaces with heads, whose steps, B and C follow from their input and are normalised, in most layers, attention in the others, norms
/// behind each branch (Preferred Networks 2025, PLaMo 2).
/// </summary>
internal sealed class Plamo2Architecture : DecoderArchitecture
{
    public override string Name => "plamo2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Recurrent = (query, shape) => new PlamoStateSpaceReader(query, shape.Embedding, Mamba2Architecture.EpsilonOf(query)),
        HeadNorm = Presence.Required,
        HeadNormExtent = HeadNormExtent.OwnHead,
        AttentionPostNorm = "post_attention_norm",
        FeedForwardPostNorm = "post_ffw_norm",
        HasBarePostNorms = true,
    };
}
