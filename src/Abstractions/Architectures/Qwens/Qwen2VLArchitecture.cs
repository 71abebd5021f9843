namespace ModelGen.Architectures;

/// <summary>"qwen2vl": the text of Qwen 2 VL and 2.5 VL, which is qwen2's (Wang et al. 2024, Qwen2-VL).</summary>
internal sealed class Qwen2VLArchitecture : DecoderArchitecture
{
    public override string Name => "qwen2vl";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");
        return new DecoderTraits { ProjectionBias = Presence.Optional, LogitBias = Presence.Optional };
    }
}
