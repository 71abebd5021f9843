using System;
using System.Linq;
using System.Text;

namespace ModelGen.Templates;

/// <summary>
/// Upper and lower case. Characters are mapped one to one; where Python gives several for one, only ß, whose upper case is SS, does so here.
/// </summary>
internal static class TextCasing
{
    public static TemplateText Upper(TemplateText text) => text.Changed(Upper(text.Text));

    public static TemplateText Lower(TemplateText text) => text.Changed(text.Text.ToLowerInvariant());

    /// <summary>The first character in upper case, the others in lower case.</summary>
    public static TemplateText Capitalize(TemplateText text) => text.Changed(Capitalize(text.Text));

    public static TemplateText Swap(TemplateText text) => text.Changed(string.Concat(text.Text.EnumerateRunes().Select(rune =>
        Rune.IsUpper(rune) ? Rune.ToLowerInvariant(rune).ToString() : Upper(rune.ToString()))));

    /// <summary>The first letter of each run of letters in upper case, the others in lower case.</summary>
    public static TemplateText Title(TemplateText text)
    {
        StringBuilder title = new(text.Length);
        bool isInWord = false;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            title.Append(isInWord ? Rune.ToLowerInvariant(rune).ToString() : FirstUpper(rune.ToString()));
            isInWord = PythonCharacters.IsCased(rune);
        }

        return text.Changed(title.ToString());
    }

    /// <summary>Whether there is a letter with case, and all of them are lower case.</summary>
    public static bool IsLower(TemplateText text) =>
        text.Text.EnumerateRunes().Any(Rune.IsLower)
        && text.Text.EnumerateRunes().All(rune => Rune.IsLower(rune) || !PythonCharacters.IsCased(rune));

    /// <summary>Whether there is a letter with case, and all of them are upper case.</summary>
    public static bool IsUpper(TemplateText text) =>
        text.Text.EnumerateRunes().Any(Rune.IsUpper)
        && text.Text.EnumerateRunes().All(rune => Rune.IsUpper(rune) || !PythonCharacters.IsCased(rune));

    public static string Capitalize(string text)
    {
        int first = text.Length == 0 ? 0 : char.IsSurrogatePair(text, 0) ? 2 : 1;
        return FirstUpper(text[..first]) + text[first..].ToLowerInvariant();
    }

    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    private static string FirstUpper(string character) => character == "ß" ? "Ss" : character.ToUpperInvariant();
}
