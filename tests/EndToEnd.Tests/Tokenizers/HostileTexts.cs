using System;
using System.Linq;
using System.Text;

namespace ModelGen.EndToEnd.Tests.Tokenizers;

/// <summary>
/// Random texts that are hard to cut: scripts, marks, white space of all kinds, digits, contractions, emoji, tokens' own texts, mixed at
/// random rates. All are well-formed.
/// </summary>
internal static class HostileTexts
{
    private const int MeanParts = 18;

    private static readonly string[] Words =
    [
        "Hello", "world", "the", "of", "Straße", "naïve", "résumé", "foo_bar", "CamelCase", "HTTPServer", "x86_64", "3.14159", "2024",
        "1,000,000", "http://a.b/c?d=e", "IMGIMGABZ", "<sentinel:12>", "don't", "I'M",
    ];

    private static readonly string[] Joints =
    [
        "'s", "'re", "'LL", "'Ve", "'", "  ", "   ", "    ", "\n\n", "\r\n", " \n", "\t\t", "...", "!!", "--", "==", "()", "{}", "</s>", "<s>", "[MASK]",
        "<|im_end|>", "▁", "Ġ", "~", " ~", "`", "/*", "//\n", "\\x0a", "<0x0A>",
    ];

    private static readonly string[] Emoji = ["😀", "👍🏽", "👨‍👩‍👧", "🇩🇪", "❤️", "🙂"];

    /// <summary>Texts, the same for a seed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="tokens">Texts of special tokens, which come up often.</param>
    public static string[] Create(int count, int seed, string[] tokens)
    {
        Random random = new(seed);
        Func<string>[] parts =
        [
            () => ((char)random.Next(' ', '\x7F')).ToString(),
            () => Pick(" \t\n\r"),
            () => Pick("0123456789"),
            () => Pick("abcdefgXYZ'sStTlLdm"),
            () => Any(0x80, 0x800),
            () => Any(0x800, 0x10000),
            () => Any(0x10000, 0x110000),
            () => Pick("的是一不了在人有我他這个们中来上大为和国地"),
            () => Pick("éèüßñçøåæœДжйкШщабвαβγאבגعربية한국어日本語ไทยक्षि"),
            () => Pick("\u00a0\u2003\u3000\u200b\u200d\ufeff\ufe0f\u0301\u0300\u0085\u2028\0\v\f\x1f\x7f\ufffd"),
            () => Emoji[random.Next(Emoji.Length)],
            () => Joints[random.Next(Joints.Length)],
            () => Words[random.Next(Words.Length)],
            () => tokens.Length == 0 ? "" : tokens[random.Next(tokens.Length)],
            () => Pick("ⅣⅫ½²³①٣४๓〇"),
            () => Pick("$€£¥+<=>^`|~©®°±¬¦§¨´¸×÷"),
        ];
        return [.. Enumerable.Range(0, count).Select(_ => Text())];

        string Text()
        {
            // Cubed, so that most texts are made of a few kinds of parts.
            double[] rates = [.. parts.Select(_ => Math.Pow(random.NextDouble(), 3))];
            double total = rates.Sum();
            StringBuilder text = new();
            for (int left = 1 + (int)(-Math.Log(1 - random.NextDouble()) * MeanParts); left > 0; left--)
            {
                double at = random.NextDouble() * total;
                int kind = 0;
                while (kind < parts.Length - 1 && at >= rates[kind])
                {
                    at -= rates[kind++];
                }

                text.Append(parts[kind]());
            }

            return text.ToString();
        }

        string Pick(string characters)
        {
            Rune[] runes = [.. characters.EnumerateRunes()];
            return runes[random.Next(runes.Length)].ToString();
        }

        string Any(int first, int end)
        {
            int codePoint = random.Next(first, end);
            return Rune.IsValid(codePoint) ? new Rune(codePoint).ToString() : "";
        }
    }
}
