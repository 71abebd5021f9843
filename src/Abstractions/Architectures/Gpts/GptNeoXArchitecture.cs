namespace ModelGen.Architectures;

/// <summary>
/// "gptneox": LayerNorm, rotary embedding of a part of each head, GELU, biases everywhere, both branches of a block in parallel where the file says
/// so (Black et al. 2022, GPT-NeoX; Biderman et al. 2023, Pythia).
/// </summary>
internal sealed class GptNeoXArchitecture : DecoderArchitecture
{
    public override string Name => "gptneox";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        IsParallel = header.Flag("use_parallel_residual"),
        ProjectionBias = Presence.Required,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
        MayTieOutput = false,
    };
}
