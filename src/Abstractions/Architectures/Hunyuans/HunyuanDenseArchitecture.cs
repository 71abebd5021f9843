namespace ModelGen.Architectures;

/// <summary>"hunyuan-dense": as llama, with norms of query and key heads behind their rotation, which turns halves (Tencent 2025, Hunyuan).</summary>
internal sealed class HunyuanDenseArchitecture : DecoderArchitecture
{
    public override string Name => "hunyuan-dense";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits Traits { get; } = new()
    {
        MayStretchRotation = true,
        HeadNorm = Presence.Required,
        NormsHeadsAfterRotation = true,
    };

    protected override DecoderTraits Describe(HeaderQuery header) => Traits;
}
