namespace ModelGen.Architectures;

/// <summary>"eurobert": an encoder made like a llama (Boizard et al. 2025).</summary>
internal sealed class EuroBertArchitecture : DecoderArchitecture
{
    public override string Name => "eurobert";

    protected override DecoderTraits Describe(HeaderQuery header) => new() { IsEncoder = true };
}
