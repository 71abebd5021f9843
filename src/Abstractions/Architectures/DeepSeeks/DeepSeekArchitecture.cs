namespace ModelGen.Architectures;

/// <summary>
/// "deepseek": as llama, with experts in all layers but the leading ones, and beside them a network that every token takes (Dai et al. 2024,
/// DeepSeekMoE).
/// </summary>
internal sealed class DeepSeekArchitecture : DecoderArchitecture
{
    public override string Name => "deepseek";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayStretchRotation = true,
        Experts = ExpertTraits.BehindLeading(header) with
        {
            Scale = header.Factor("expert_weights_scale", 1f),
            SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
        },
    };
}
