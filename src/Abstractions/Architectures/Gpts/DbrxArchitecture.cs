namespace ModelGen.Architectures;

/// <summary>"dbrx": LayerNorm without biases, queries, keys and values clamped, rotary embedding, experts (Databricks 2024, DBRX).</summary>
internal sealed class DbrxArchitecture : DecoderArchitecture
{
    public override string Name => "dbrx";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        FeedForwardNorm = "attn_output_norm",
        Clamp = header.RealOrZero("attention.clamp_kqv"),
        MayTieOutput = false,
        Experts = new ExpertTraits { HiddenLength = header.Size("feed_forward_length"), Normalises = true },
    };
}
