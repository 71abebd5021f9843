namespace ModelGen.Architectures;

/// <summary>
/// What both sides of T5 have in common (Raffel et al. 2020): RMSNorm before each branch, no rotation but a bias of each score by the
/// distance of its key, scores that nothing scales. Networks are gated by GELU since version 1.1, and before that had ReLU without a gate.
/// </summary>
internal static class T5Traits
{
    /// <summary>The encoder, whose tokens see their whole text.</summary>
    public static DecoderTraits Encoder(HeaderQuery header) => Side(header, "enc.") with { IsEncoder = true };

    /// <summary>The decoder, whose tokens see those before them and the whole source text.</summary>
    public static DecoderTraits Decoder(HeaderQuery header) => Side(header, "dec.") with
    {
        LayerCount = header.HasSetting("decoder_block_count") ? "decoder_block_count" : DecoderTraits.UsualLayerCount,
        Source = Encoder(header),
    };

    private static DecoderTraits Side(HeaderQuery header, string side)
    {
        bool isGated = header.HasTensor(side + "blk.0.ffn_gate.weight");
        return new DecoderTraits
        {
            LayerPrefix = side + "blk.",
            Pairing = null,
            HasDistanceBias = true,
            ScoreScale = 1f,
            AttentionOutput = "attn_o",
            IsGated = isGated,
            Activation = _ => new ActivationSpec(isGated ? ActivationFunction.Gelu : ActivationFunction.Relu),
            OutputNorm = side + "output_norm",
        };
    }
}
