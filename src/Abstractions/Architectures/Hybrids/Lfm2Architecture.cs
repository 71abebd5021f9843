namespace ModelGen.Architectures;

/// <summary>
/// "lfm2": most layers are gated convolutions over the last tokens, the others attention as qwen3's; the norm before the output matrix has the
/// embedding's name (Liquid AI 2025, LFM2).
/// </summary>
internal sealed class Lfm2Architecture : DecoderArchitecture
{
    public override string Name => "lfm2";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits Traits { get; } = new()
    {
        Recurrent = (header, shape) => new ConvolutionReader(header, shape),
        HeadNorm = Presence.Required,
        OutputNorm = "token_embd_norm",
    };

    protected override DecoderTraits Describe(HeaderQuery header) => Traits;
}
