namespace ModelGen.Architectures;

/// <summary>"olmo": LayerNorm without weights, queries, keys and values clamped, rotary embedding, SwiGLU (Groeneveld et al. 2024, OLMo).</summary>
internal sealed class OlmoArchitecture : DecoderArchitecture
{
    public override string Name => "olmo";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        Norm = NormKind.Layer,
        HasNormWeights = false,
        Clamp = header.RealOrZero("attention.clamp_kqv"),
    };
}
