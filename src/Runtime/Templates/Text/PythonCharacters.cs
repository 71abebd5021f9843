using System.Globalization;
using System.Text;

namespace ModelGen.Templates;

/// <summary>What kinds of characters Python tells apart.</summary>
internal static class PythonCharacters
{
    /// <summary>Whether a line ends at a character, as str.splitlines sees it.</summary>
    public static bool EndsLine(char character) =>
        character is (>= '\n' and <= '\r') or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029';

    public static bool IsAlphabetic(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    public static bool IsNumeric(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Digits, and those that are raised or in a circle.</summary>
    public static bool IsDigit(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber
        || rune.Value is '²' or '³' or '¹' or '⁰' or (>= '⁴' and <= '⁹') or (>= '₀' and <= '₉')
            or (>= '①' and <= '⑨') or (>= '⑴' and <= '⑼');

    public static bool IsCased(Rune rune) => Rune.IsUpper(rune) || Rune.IsLower(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;
}
