namespace ModelGen.Architectures;

/// <summary>
/// "chatglm": as llama, with biases on queries, keys and values, which are one tensor as gate and up are another, and rotary embedding of a part of
/// each head (GLM team 2024, ChatGLM).
/// </summary>
internal sealed class ChatGlmArchitecture : DecoderArchitecture
{
    public override string Name => "chatglm";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        ProjectionBias = Presence.Optional,
    };
}
