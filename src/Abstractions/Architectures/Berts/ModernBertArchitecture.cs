namespace ModelGen.Architectures;

/// <summary>
/// "modern-bert": an encoder whose blocks normalise what they read, the first one's attention excepted, with LayerNorms without biases, networks gated
/// by GELU, and windows on both sides in all layers but every third, with a rotary base of their own (Warner et al. 2024).
/// </summary>
internal sealed class ModernBertArchitecture : DecoderArchitecture
{
    // Layers from one that sees all to the next.
    private const int LayersOfPattern = 3;

    private const float DefaultWindowRotaryBase = 10000f;

    public override string Name => "modern-bert";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isFirst: true);
        return new DecoderTraits
        {
            IsEncoder = true,
            Norm = NormKind.Layer,
            NormsMixers = layer => layer > 0,
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = header.Real("rope.freq_base_swa", DefaultWindowRotaryBase),
            Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
            HasEmbeddingNorm = true,
            RankPooling = PoolingKind.Mean,
            RankFunction = VectorFunction.Gelu,
        };
    }
}
