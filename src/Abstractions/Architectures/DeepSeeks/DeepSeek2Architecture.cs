namespace ModelGen.Architectures;

/// <summary>
/// "deepseek2": latent attention, and experts in all layers but the leading ones beside a network that every token takes (DeepSeek-AI 2024,
/// DeepSeek-V2; 2024, DeepSeek-V3, and what has its form: R1, Kimi K2).
/// </summary>
internal sealed class DeepSeek2Architecture : DecoderArchitecture
{
    public override string Name => "deepseek2";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits TraitsOf(HeaderQuery header)
    {
        float temperature = header.RealOrZero("attention.temperature_scale");
        int interval = temperature == 0 ? 0 : header.SizeOrElse("attention.temperature_length", header.SizeOrZero("rope.scaling.original_context_length"));
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            HasLatents = true,
            MayPredictAhead = true,
            YarnScalesScores = true,
            Temperature = interval > 0 ? new TemperatureSpec(temperature, Offset: 0, interval) : null,
            Experts = header.SizeOrZero("expert_count") == 0
                ? null
                : ExpertTraits.AsTheFileSays(header, GatingFunction.Softmax) with
                {
                    SelectionBias = Presence.Optional,
                    SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
                },
        };
    }

    protected override DecoderTraits Describe(HeaderQuery header) => TraitsOf(header);
}
