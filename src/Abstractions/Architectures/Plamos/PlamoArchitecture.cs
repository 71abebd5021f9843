namespace ModelGen.Architectures;

/// <summary>"plamo": as llama, with both branches of a block in parallel and rotary embedding of halves (Preferred Networks 2023, PLaMo).</summary>
internal sealed class PlamoArchitecture : DecoderArchitecture
{
    public override string Name => "plamo";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        FeedForwardNorm = null,
        IsParallel = true,
        MayTieOutput = false,
    };
}
