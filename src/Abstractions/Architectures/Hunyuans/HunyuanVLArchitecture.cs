using System;

namespace ModelGen.Architectures;

/// <summary>
/// "hunyuan_vl": the text of Hunyuan VL and HunyuanOCR, which is hunyuan-dense's with a base of the rotation that grows with rope.scaling.alpha
/// (Tencent 2025, HunyuanOCR).
/// </summary>
internal sealed class HunyuanVLArchitecture : DecoderArchitecture
{
    public override string Name => "hunyuan_vl";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");
        double alpha = header.RealOrZero("rope.scaling.alpha");
        double dimensions = header.Size("attention.key_length", header.Size("embedding_length") / header.Size("attention.head_count"));
        return HunyuanDenseArchitecture.Traits with
        {
            RotaryBaseFactor = alpha > 0 && dimensions > 2 ? Math.Pow(alpha, dimensions / (dimensions - 2)) : 1,
        };
    }
}
