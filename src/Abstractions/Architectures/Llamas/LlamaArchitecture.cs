namespace ModelGen.Architectures;

/// <summary>
/// "llama": RMSNorm before attention and feed-forward, grouped-query attention with rotary embedding of adjacent pairs, SwiGLU (Touvron et
/// al. 2023, LLaMA); Mistral's models too, and Mixtral's, which have experts (Jiang et al. 2024). Files of Llama 3.1 and later bring factors that
/// stretch the rotation's wavelengths.
/// </summary>
internal sealed class LlamaArchitecture : DecoderArchitecture
{
    public override string Name => "llama";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayStretchRotation = true,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        Experts = header.HasTensor("blk.0.ffn_gate_inp.weight") ? new ExpertTraits { HiddenLength = header.Size("feed_forward_length"), Normalises = true } : null,
    };
}
