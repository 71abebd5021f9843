using System.Collections.Generic;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>Texts, and fragments that tokenizers treat in ways of their own.</summary>
internal static class SeedTexts
{
    public static IReadOnlyList<string> Texts { get; } =
    [
        "the and 12's end.", "  the\n\nand\tthe  ", "<|im_start|>user\nthe<|im_end|>", "éé<x>中 the'S THE", "e\u0301 👨‍👩‍👧 ﬁ Ａ\u200b½ ",
        "don't I'LL 3.14159 1,000,000 http://a.b/c?d=e", "", "\ud83d the \ude00", "▁the▁▁and", "IMGIMGABZ <sentinel:12> <0x0A>",
    ];

    public static IReadOnlyList<string> Fragments { get; } =
    [
        " ", "  ", "\n", "\r\n", "\t", "\0", "'s", "'ll", "'", "▁", "Ġ", "<s>", "</s>", "<unk>", "<tool>", "é<x>", "<|im_start|>", "<|im_end|>", "<0x0A>",
        "[MASK]", "<extra_id_0>", "the", "12", "1234567", "é", "e\u0301", "中", "😀", "👍🏽", "\ud800", "\udfff", "\ufffd", "\u200d", "\ufeff", "\u0085", "\u2028",
        "\u00a0", "\u3000", "한국어", "ไทย", "क्षि", "ⅣⅫ", "IMGIMGABZ", "…", "İ", "ß", "Ａ",
    ];
}
