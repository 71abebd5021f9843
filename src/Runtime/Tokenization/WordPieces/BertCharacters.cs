using System.Text;
using ModelGen.Tokenization.Unicode;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>What BERT's rules ask of characters.</summary>
internal static class BertCharacters
{
    /// <summary>The last code point of ASCII.</summary>
    public const int LastAscii = 0x7F;

    private const int LastAsciiSymbol = 0x7E;

    /// <summary>Unicode's punctuation, and all of ASCII that is neither letter nor digit.</summary>
    public static bool IsPunctuation(int codePoint)
    {
        UnicodeClass kind = UnicodeClasses.Of(codePoint);
        return kind == UnicodeClass.Punctuation || (kind == UnicodeClass.Symbol && codePoint <= LastAsciiSymbol);
    }

    /// <summary>The blocks that count as Chinese, but for the first part of extension E, which not all implementations have among them.</summary>
    public static bool IsChinese(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>
    /// A letter's simple lower case. Of I with a dot .NET gives none; letters that are younger than the tables have none, whatever .NET knows.
    /// </summary>
    public static int Lowered(int codePoint) => codePoint switch
    {
        <= LastAscii => codePoint is >= 'A' and <= 'Z' ? codePoint + ('a' - 'A') : codePoint,
        'İ' => 'i',
        _ when UnicodeClasses.Of(codePoint) == UnicodeClass.Unassigned => codePoint,
        _ => Rune.ToLowerInvariant(new Rune(codePoint)).Value,
    };
}
