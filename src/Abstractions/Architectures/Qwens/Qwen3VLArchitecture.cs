namespace ModelGen.Architectures;

/// <summary>"qwen3vl": the text of Qwen 3 VL, which is qwen3's (Qwen team 2025, Qwen3-VL).</summary>
internal sealed class Qwen3VLArchitecture : DecoderArchitecture
{
    public override string Name => "qwen3vl";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");

        // What images add behind the first layers is nothing for a text.
        header.Ignore("n_deepstack_layers");
        return new DecoderTraits { HeadNorm = Presence.Required };
    }
}
