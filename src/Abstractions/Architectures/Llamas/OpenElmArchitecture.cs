namespace ModelGen.Architectures;

/// <summary>
/// "openelm": as llama, with a number of heads and of hidden units of its own in each layer, norms of query and key heads, and a rotation of halves
/// (Mehta et al. 2024, OpenELM).
/// </summary>
internal sealed class OpenElmArchitecture : DecoderArchitecture
{
    public override string Name => "openelm";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        DiffersByLayer = true,
        HeadNorm = Presence.Required,
    };
}
