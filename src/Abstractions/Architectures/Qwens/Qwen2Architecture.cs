namespace ModelGen.Architectures;

/// <summary>"qwen2": as llama, with biases on queries, keys and values, and rotary embedding of halves (Yang et al. 2024, Qwen2).</summary>
internal sealed class Qwen2Architecture : DecoderArchitecture
{
    public override string Name => "qwen2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        ProjectionBias = Presence.Optional,
    };
}
