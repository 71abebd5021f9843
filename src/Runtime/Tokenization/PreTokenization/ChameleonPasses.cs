namespace ModelGen.Tokenization.PreTokenization;

/// <summary>&lt;sentinel:[0-9]+&gt;.</summary>
internal sealed class ChameleonSentinel : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        const string Start = "<sentinel:";
        if (!AsciiText.IsAt(text, position, Start))
        {
            return 0;
        }

        int digits = position + Start.Length;
        int end = digits;
        while (text[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        return end > digits && text[end] == '>' ? end + 1 - position : 0;
    }
}

/// <summary>IMGIMG[A-I]{1,4}Z.</summary>
internal sealed class ChameleonImage : ISplitPass
{
    private const int MaxLetters = 4;

    public static int Match(in PieceText text, int position)
    {
        const string Start = "IMGIMG";
        if (!AsciiText.IsAt(text, position, Start))
        {
            return 0;
        }

        int letters = position + Start.Length;
        int end = letters;
        while (end < letters + MaxLetters && text[end] is >= (byte)'A' and <= (byte)'I')
        {
            end++;
        }

        return end > letters && text[end] == 'Z' ? end + 1 - position : 0;
    }
}

/// <summary>[\t\n]|four spaces|two spaces.</summary>
internal sealed class ChameleonSpaces : ISplitPass
{
    public static int Match(in PieceText text, int position) =>
        text[position] is (byte)'\t' or (byte)'\n' ? 1
        : AsciiText.IsAt(text, position, "    ") ? 4
        : AsciiText.IsAt(text, position, "  ") ? 2
        : 0;
}

/// <summary>[\p{P}!-/:-@\[-`{-~].</summary>
internal sealed class PunctuationMark : ISplitPass
{
    public static int Match(in PieceText text, int position) =>
        text.Has(position, CharacterFlags.Punctuation)
        || text[position] is (>= (byte)'!' and <= (byte)'/') or (>= (byte)':' and <= (byte)'@') or (>= (byte)'[' and <= (byte)'`')
            or (>= (byte)'{' and <= (byte)'~')
            ? 1 : 0;
}

/// <summary>ASCII text in a piece.</summary>
internal static class AsciiText
{
    public static bool IsAt(in PieceText text, int position, string expected)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            if (text[position + index] != expected[index])
            {
                return false;
            }
        }

        return true;
    }
}
