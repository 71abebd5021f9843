namespace ModelGen.Architectures;

/// <summary>
/// "qwen": as llama, with biases on queries, keys and values, which are one tensor, and rotary embedding of halves (Bai et al. 2023, Qwen).
/// Its feed_forward_length counts gate and up together.
/// </summary>
internal sealed class QwenArchitecture : DecoderArchitecture
{
    public override string Name => "qwen";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        ProjectionBias = Presence.Required,
        HiddenLength = header.Size("feed_forward_length") / 2,
        MayTieOutput = false,
    };
}
