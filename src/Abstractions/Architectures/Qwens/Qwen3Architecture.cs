namespace ModelGen.Architectures;

/// <summary>
/// "qwen3": as llama, with an RMSNorm over each query and each key head before its rotation, and rotary embedding of halves (Yang et al.
/// 2025, Qwen3).
/// </summary>
internal sealed class Qwen3Architecture : DecoderArchitecture
{
    public override string Name => "qwen3";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HeadNorm = Presence.Required,
    };
}
