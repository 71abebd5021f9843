namespace ModelGen.Architectures;

/// <summary>"qwen3vlmoe": the text of Qwen 3 VL with experts, which is qwen3moe's (Qwen team 2025, Qwen3-VL).</summary>
internal sealed class Qwen3VLMoeArchitecture : DecoderArchitecture
{
    public override string Name => "qwen3vlmoe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");

        // What images add behind the first layers is nothing for a text.
        header.Ignore("n_deepstack_layers");
        return Qwen3MoeArchitecture.TraitsOf(header);
    }
}
