namespace ModelGen.Architectures;

/// <summary>"codeshell": LayerNorm, grouped-query attention with rotary embedding of halves, GELU, biases everywhere (Xie et al. 2024, CodeShell).</summary>
internal sealed class CodeShellArchitecture : DecoderArchitecture
{
    public override string Name => "codeshell";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
        MayTieOutput = false,
    };
}
