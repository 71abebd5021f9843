namespace ModelGen.Architectures;

/// <summary>"deepseek2-ocr": the text of DeepSeek-OCR, whose experts are deepseek's, and whose rotation turns halves (Wei et al. 2025, DeepSeek-OCR).</summary>
internal sealed class DeepSeek2OcrArchitecture : DecoderArchitecture
{
    public override string Name => "deepseek2-ocr";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Experts = ExpertTraits.AsTheFileSays(header, GatingFunction.Softmax) with
        {
            SelectionBias = Presence.Optional,
            SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
        },
    };
}
