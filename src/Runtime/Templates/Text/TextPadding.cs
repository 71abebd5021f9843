using System;
using System.Text;

namespace ModelGen.Templates;

/// <summary>Fills texts up to a width, in characters.</summary>
internal static class TextPadding
{
    /// <summary>Python would take all memory.</summary>
    public const int MaxWidth = 1 << 20;

    public static TemplateText Left(TemplateText text, int width, string fill) => Pad(text, before: 0, width - text.CharacterCount, fill);

    public static TemplateText Right(TemplateText text, int width, string fill) => Pad(text, width - text.CharacterCount, after: 0, fill);

    public static TemplateText Center(TemplateText text, int width, string fill)
    {
        // Where the sides cannot be equal, Python makes the left one longer if the width is odd.
        int missing = int.Max(0, width - text.CharacterCount);
        int before = missing / 2 + (missing & width & 1);
        return Pad(text, before, missing - before, fill);
    }

    /// <summary>Zeros in front, behind a sign.</summary>
    public static TemplateText Zeros(TemplateText text, int width, string signs = "+-")
    {
        int sign = text.Length > 0 && signs.Contains(text.Text[0], StringComparison.Ordinal) ? 1 : 0;
        TemplateTextBuilder padded = new();
        return padded.Append(text, 0, sign).Append(Repeat("0", width - text.CharacterCount)).Append(text, sign, text.Length).ToText();
    }

    private static TemplateText Pad(TemplateText text, int before, int after, string fill) =>
        new TemplateTextBuilder().Append(Repeat(fill, before)).Append(text).Append(Repeat(fill, after)).ToText();

    private static string Repeat(string fill, int count) => count <= 0 ? "" : new StringBuilder().Insert(0, fill, count).ToString();
}
