namespace ModelGen.Architectures;

/// <summary>"jina-bert-v3": BERT with rotated queries and keys (Sturua et al. 2024).</summary>
internal sealed class JinaBert3Architecture : DecoderArchitecture
{
    public override string Name => "jina-bert-v3";

    protected override DecoderTraits Describe(HeaderQuery header) => BertTraits.SumNormed with
    {
        Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
        IsGated = false,
    };
}
