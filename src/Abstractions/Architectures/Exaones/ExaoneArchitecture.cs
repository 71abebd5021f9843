namespace ModelGen.Architectures;

/// <summary>"exaone": as llama, with rotary embedding of halves (LG AI Research 2024, EXAONE 3).</summary>
internal sealed class ExaoneArchitecture : DecoderArchitecture
{
    public override string Name => "exaone";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        MayStretchRotation = true,
    };
}
