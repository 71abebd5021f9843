namespace ModelGen.Architectures;

/// <summary>
/// "llama": RMSNorm before attention and feed-forward, grouped-query attention with rotary embedding of adjacent pairs, SwiGLU
/// (Touvron et al. 2023, LLaMA). Files of Llama 3.1 and later bring factors that stretch the rotation's wavelengths.
/// </summary>
internal sealed class LlamaArchitecture : GatedDecoderArchitecture
{
    public override string Name => "llama";

    protected override RotaryPairing Pairing => RotaryPairing.Adjacent;

    protected override bool MayStretchRotation => true;
}
