namespace ModelGen.Architectures;

/// <summary>
/// "phi3": as llama, with rotary embedding of halves, queries, keys and values as one tensor, gate and up as another, and LongRoPE's factors for
/// contexts longer than the original one (Abdin et al. 2024, Phi-3; Ding et al. 2024, LongRoPE).
/// </summary>
internal sealed class Phi3Architecture : DecoderArchitecture
{
    public override string Name => "phi3";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // The sliding window that files of Phi-3 name is not what the models compute with.
        header.Ignore("attention.sliding_window");
        return new DecoderTraits { MayStretchRotation = true };
    }
}
