using ModelGen.EndToEnd.Tests.Tokenizers;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Texts that llama.cpp is asked for. They are kept with its answers, so that what is compared does not depend on how they are drawn.
/// </summary>
internal static class GoldenTexts
{
    private const int Seed = 7;

    // What pre-tokenizers treat in ways of their own, kind by kind.
    private static readonly string[] Written =
    [
        "",
        " ",
        "Hello world",
        " Hello  world   Hello",
        "it's IT'S don't DON'T we've WE'VE I'm I'M they'll THEY'LL a'b",
        "it'sab a'tsz z'sT b'llA x'Ta x'Tb x'Ts x'Tt x'TA x'TZ x'TT",
        "a!\n b.\n\nc?\r\n-\n",
        "1 12 123 1234 12345 1234567 100,000.50 a1b22c333",
        "2024年 中国人 我的 日本語 한국어 ไทย क्षि",
        "x\n\ny\r\n\r\nz \n a\t\tb \n\n  c\n",
        "   leading and trailing   ",
        "!!?? ... -- == ://() {}[] <|x|> $€ + ~ ` ^",
        " !a ?b .c ,d (e [f /g",
        "HTTPServer CamelCase camelCase snake_case X86 AbC",
        "aA bZ sT aTb ATat ZAs TZ aZt's AtA'S Ta Za1 sA.b",
        "naïve résumé e\u0301a\u0301 Straße",
        "Привет привет αβγ ДжА גבא",
        "a\u00a0b\u3000c\u200bd\u200de\ufeff",
        "😀👍🏽 👨‍👩‍👧 🇩🇪 ❤️",
        "² ³ ½ Ⅳ ٣ ४ 〇 ①",
        "/* x */ //y\n#include <z>\n\tif (a == b) { return 0; }",
        "http://a.b/c?d=e&f=1",
        "\0\x01\x1f\x7f\u0085\u2028",
    ];

    /// <summary>Written and random texts, the same each time they are asked for.</summary>
    /// <param name="random">How many random ones.</param>
    /// <param name="special">Texts of special tokens, which come up often.</param>
    public static string[] Create(int random, string[] special) => [.. Written, .. HostileTexts.Create(random, Seed, special)];
}
