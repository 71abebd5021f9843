namespace ModelGen.Architectures;

/// <summary>
/// "bert": learned embeddings of positions, and GELU as these models were trained with it, by erf (Devlin et al. 2018). MiniLM, BGE, E5, GTE
/// and arctic-embed are such.
/// </summary>
internal sealed class BertArchitecture : DecoderArchitecture
{
    public override string Name => "bert";

    protected override DecoderTraits Describe(HeaderQuery header) => BertTraits.SumNormed with
    {
        Pairing = null,
        Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
        IsGated = false,
        Positions = Presence.Required,
    };
}
