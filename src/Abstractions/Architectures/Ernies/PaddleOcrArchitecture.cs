namespace ModelGen.Architectures;

/// <summary>"paddleocr": the text of PaddleOCR-VL, which is ernie4_5's with a rotation of halves (Cui et al. 2025, PaddleOCR-VL).</summary>
internal sealed class PaddleOcrArchitecture : DecoderArchitecture
{
    public override string Name => "paddleocr";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");
        return Ernie45Architecture.Traits with { Pairing = RotaryPairing.Halves };
    }
}
