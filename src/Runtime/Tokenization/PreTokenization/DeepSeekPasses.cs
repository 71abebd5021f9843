using System;

namespace ModelGen.Tokenization.PreTokenization;

/// <summary>\s?L+ with L for the letters of the cased scripts (Lu, Ll and Lt), as DeepSeek LLM lists them.</summary>
internal sealed class DeepSeekLetters : ISplitPass
{
    // First and last code points of the ranges, in order.
    private static readonly int[] Ranges =
    [
        0x0041, 0x005A, 0x0061, 0x007A, 0x00B5, 0x00B5, 0x00C0, 0x00D6, 0x00D8, 0x00F6, 0x00F8, 0x01BA, 0x01BC, 0x01BF, 0x01C4, 0x0293,
        0x0295, 0x02AF, 0x0370, 0x0373, 0x0376, 0x0376, 0x0377, 0x0377, 0x037B, 0x037D, 0x037F, 0x037F, 0x0386, 0x0386, 0x0388, 0x038A,
        0x038C, 0x038C, 0x038E, 0x03A1, 0x03A3, 0x03F5, 0x03F7, 0x0481, 0x048A, 0x052F, 0x0531, 0x0556, 0x10A0, 0x10C5, 0x13A0, 0x13F5,
        0x13F8, 0x13FD, 0x1C90, 0x1CBA, 0x1CBD, 0x1CBF, 0x1D00, 0x1D2B, 0x1D6B, 0x1D77, 0x1D79, 0x1D9A, 0x1E00, 0x1F15, 0x1F18, 0x1F1D,
        0x1F20, 0x1F45, 0x1F48, 0x1F4D, 0x1F50, 0x1F57, 0x1F59, 0x1F59, 0x1F5B, 0x1F5B, 0x1F5D, 0x1F5D, 0x1F5F, 0x1F7D, 0x1F80, 0x1FB4,
        0x1FB6, 0x1FBC, 0x1FBE, 0x1FBE, 0x1FC2, 0x1FC4, 0x1FC6, 0x1FCC, 0x1FD0, 0x1FD3, 0x1FD6, 0x1FDB, 0x1FE0, 0x1FEC, 0x1FF2, 0x1FF4,
        0x1FF6, 0x1FFC, 0x2102, 0x2102, 0x2107, 0x2107, 0x210A, 0x2113, 0x2115, 0x2115, 0x2119, 0x211D, 0x2124, 0x2124, 0x2126, 0x2126,
        0x2128, 0x2128, 0x212A, 0x212D, 0x212F, 0x2134, 0x2139, 0x2139, 0x213C, 0x213F, 0x2145, 0x2149, 0x214E, 0x214E, 0x2183, 0x2183,
        0x2184, 0x2184, 0x2C00, 0x2C7B, 0x2C7E, 0x2CE4, 0x2CEB, 0x2CEE, 0x2CF2, 0x2CF2, 0x2CF3, 0x2CF3, 0xA640, 0xA66D, 0xA680, 0xA69B,
        0xA722, 0xA76F, 0xA771, 0xA787, 0xA78B, 0xA78E, 0xAB70, 0xABBF, 0xFB00, 0xFB06, 0xFB13, 0xFB17, 0xFF21, 0xFF3A, 0xFF41, 0xFF5A,
        0x10400, 0x1044F, 0x104B0, 0x104D3, 0x104D8, 0x104FB, 0x10C80, 0x10CB2, 0x10CC0, 0x10CF2, 0x118A0, 0x118DF, 0x1E900, 0x1E943,
    ];

    public static int Match(in PieceText text, int position)
    {
        int start = text.Has(position, CharacterFlags.Space) ? position + 1 : position;
        int end = start;
        while (IsLetter(text.CodePoint(end)))
        {
            end++;
        }

        return end > start ? end - position : 0;
    }

    private static bool IsLetter(int codePoint)
    {
        int index = Array.BinarySearch(Ranges, codePoint);

        // Found is a first or a last one; not found lies in a range where the next one up is a last one.
        return index >= 0 || (~index & 1) == 1;
    }
}

/// <summary>\s?[!-/:-~！-／：-～‘-‟　-。]+, which has the letters of ASCII in it.</summary>
internal sealed class DeepSeekPunctuation : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int start = text.Has(position, CharacterFlags.Space) ? position + 1 : position;
        int end = start;
        while (IsIn(text.CodePoint(end)))
        {
            end++;
        }

        return end > start ? end - position : 0;
    }

    private static bool IsIn(int codePoint) => codePoint
        is (>= '!' and <= '/') or (>= ':' and <= '~') or (>= '！' and <= '／') or (>= '：' and <= '～') or (>= '‘' and <= '‟')
        or (>= '\u3000' and <= '。');
}

/// <summary>[一-龥ࠀ-一가-퟿]+ : ideographs, Hangul, and everything from U+0800 up to the ideographs.</summary>
internal sealed class DeepSeekIdeographs : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int end = position;
        while (text.CodePoint(end) is (>= 0x0800 and <= 0x9FA5) or (>= 0xAC00 and <= 0xD7FF))
        {
            end++;
        }

        return end - position;
    }
}

/// <summary>[一-龥぀-ゟ゠-ヿ]+ : ideographs and kana.</summary>
internal sealed class Ideographs : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int end = position;
        while (text.CodePoint(end) is (>= 0x4E00 and <= 0x9FA5) or (>= 0x3040 and <= 0x30FF))
        {
            end++;
        }

        return end - position;
    }
}

/// <summary>
/// [!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ : the words of DeepSeek V3.
/// </summary>
internal sealed class DeepSeek3Words : ISplitPass
{
    private const CharacterFlags Letters = CharacterFlags.Letter | CharacterFlags.Mark;
    private const CharacterFlags NoPrefix =
        CharacterFlags.LineBreak | CharacterFlags.Letter | CharacterFlags.Punctuation | CharacterFlags.Symbol;

    public static int Match(in PieceText text, int position)
    {
        byte first = text[position];
        if (first is (>= (byte)'!' and <= (byte)'/') or (>= (byte)':' and <= (byte)'@') or (>= (byte)'[' and <= (byte)'`')
            or (>= (byte)'{' and <= (byte)'~'))
        {
            int letters = position + 1;
            while (text[letters] is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'))
            {
                letters++;
            }

            if (letters > position + 1)
            {
                return letters - position;
            }
        }

        if (text.Has(position, Letters) || (text.Lacks(position, NoPrefix) && text.Has(position + 1, Letters)))
        {
            return text.SkipWhile(position + 1, Letters) - position;
        }

        int start = first == ' ' ? position + 1 : position;
        int end = text.SkipWhile(start, CharacterFlags.Punctuation | CharacterFlags.Symbol);
        return end > start ? text.SkipWhile(end, CharacterFlags.LineBreak) - position : WhiteSpace.MatchLines(text, position);
    }
}
