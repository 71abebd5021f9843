using System;
using ModelGen.Tokenization.Unicode;

namespace ModelGen.Tokenization.PreTokenization;

/// <summary>What a rule may ask of a character. Every character has at least one of them; the end of a piece has none.</summary>
[Flags]
internal enum CharacterFlags : byte
{
    /// <summary>No character: the piece ends here.</summary>
    None = 0,

    /// <summary>\p{L}.</summary>
    Letter = 1,

    /// <summary>\p{N}.</summary>
    Number = 2,

    /// <summary>\s.</summary>
    Space = 4,

    /// <summary>\p{P}.</summary>
    Punctuation = 8,

    /// <summary>\p{S}.</summary>
    Symbol = 16,

    /// <summary>\p{M}.</summary>
    Mark = 32,

    /// <summary>Anything else.</summary>
    Other = 64,

    /// <summary>\r or \n; Space too.</summary>
    LineBreak = 128,
}

/// <summary>
/// Codes of characters, one byte each: ASCII characters are their own code, others have one code a class. Rules work on codes; only those
/// that name characters beyond ASCII look at code points.
/// </summary>
internal static class CharacterCodes
{
    /// <summary>Code of what lies behind a piece.</summary>
    public const byte End = 0xFF;

    private const int FirstClassCode = 0x80;

    private static readonly CharacterFlags[] FlagsByCode = CreateFlags();

    /// <summary>The code of a code point.</summary>
    public static byte Of(int codePoint) =>
        (byte)(codePoint < FirstClassCode ? codePoint : FirstClassCode | (int)UnicodeClasses.Of(codePoint));

    /// <summary>The flags of a code.</summary>
    public static CharacterFlags FlagsOf(byte code) => FlagsByCode[code];

    private static CharacterFlags[] CreateFlags()
    {
        CharacterFlags[] flags = new CharacterFlags[256];
        for (int code = 0; code < FirstClassCode; code++)
        {
            flags[code] = FlagsOf(UnicodeClasses.Of(code)) | (code is '\r' or '\n' ? CharacterFlags.LineBreak : CharacterFlags.None);
        }

        foreach (UnicodeClass unicodeClass in Enum.GetValues<UnicodeClass>())
        {
            flags[FirstClassCode | (int)unicodeClass] = FlagsOf(unicodeClass);
        }

        return flags;
    }

    private static CharacterFlags FlagsOf(UnicodeClass unicodeClass) => unicodeClass switch
    {
        UnicodeClass.Letter => CharacterFlags.Letter,
        UnicodeClass.Number => CharacterFlags.Number,
        UnicodeClass.Space => CharacterFlags.Space,
        UnicodeClass.Punctuation => CharacterFlags.Punctuation,
        UnicodeClass.Symbol => CharacterFlags.Symbol,
        UnicodeClass.Mark => CharacterFlags.Mark,
        _ => CharacterFlags.Other,
    };
}
