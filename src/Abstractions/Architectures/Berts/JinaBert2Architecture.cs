namespace ModelGen.Architectures;

/// <summary>
/// "jina-bert-v2": BERT with linear biases of distances in place of positions, and networks gated by GELU (Günther et al. 2023). The models for
/// code normalise queries and keys, and the sum of attention twice.
/// </summary>
internal sealed class JinaBert2Architecture : DecoderArchitecture
{
    // As the models were trained; files do not say it.
    private const float LargestBias = 8;

    public override string Name => "jina-bert-v2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        return BertTraits.SumNormed with
        {
            Pairing = null,
            MaxBias = LargestBias,
            Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
            HeadNorm = Presence.Optional,
            HeadNormKind = NormKind.Layer,
            HeadNormBias = Presence.Optional,
            HeadNormExtent = HeadNormExtent.AllHeads,
            SecondMixerSumNorm = header.HasTensor("blk.0.attn_norm_2.weight") ? "attn_norm_2" : null,
        };
    }
}
