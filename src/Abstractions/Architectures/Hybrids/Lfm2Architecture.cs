namespace ModelGen.Architectures;

/// <summary>
/// "lfm2": most layers are gated convolutions over the last tokens, the others attention as qwen3's; the norm before the output matrix has the
/// embedding's name (Liquid AI 2025, LFM2).
/// </summary>
internal sealed class Lfm2Architecture : DecoderArchitecture
{
    public override string Name => "lfm2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HasConvolutions = true,
        HeadNorm = Presence.Required,
        OutputNorm = "token_embd_norm",
    };
}
