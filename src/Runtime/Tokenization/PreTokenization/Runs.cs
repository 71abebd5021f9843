namespace ModelGen.Tokenization.PreTokenization;

/// <summary>\p{N}.</summary>
internal sealed class Digit : ISplitPass
{
    public static int Match(in PieceText text, int position) => text.Has(position, CharacterFlags.Number) ? 1 : 0;
}

/// <summary>\p{N}+.</summary>
internal sealed class NumberRuns : ISplitPass
{
    public static int Match(in PieceText text, int position) => text.SkipWhile(position, CharacterFlags.Number) - position;
}

/// <summary>\p{N}{1,3}.</summary>
internal sealed class UpToThreeDigits : ISplitPass
{
    public static int Match(in PieceText text, int position) =>
        text.CountUpTo(3, position, CharacterFlags.Number);
}

/// <summary>[0-9][0-9][0-9].</summary>
internal sealed class ThreeDigits : ISplitPass
{
    public static int Match(in PieceText text, int position) =>
        IsDigit(text[position]) && IsDigit(text[position + 1]) && IsDigit(text[position + 2]) ? 3 : 0;

    private static bool IsDigit(byte code) => code is >= (byte)'0' and <= (byte)'9';
}

/// <summary>[\r\n].</summary>
internal sealed class LineBreak : ISplitPass
{
    public static int Match(in PieceText text, int position) => text.Has(position, CharacterFlags.LineBreak) ? 1 : 0;
}

/// <summary>[^\n]+|[\n]+.</summary>
internal sealed class Lines : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        bool isBreak = text[position] == '\n';
        int end = position + 1;
        while (end < text.Length && (text[end] == '\n') == isBreak)
        {
            end++;
        }

        return end - position;
    }
}

/// <summary>\s+$.</summary>
internal sealed class TrailingSpaces : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int length = text.SkipWhile(position, CharacterFlags.Space) - position;
        return position + length == text.Length ? length : -length;
    }
}

/// <summary>\s?\p{L}+.</summary>
internal sealed class SpacedLetters : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int start = text.Has(position, CharacterFlags.Space) ? position + 1 : position;
        int end = text.SkipWhile(start, CharacterFlags.Letter);
        return end > start ? end - position : 0;
    }
}

/// <summary>\s?\p{P}+.</summary>
internal sealed class SpacedPunctuation : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int start = text.Has(position, CharacterFlags.Space) ? position + 1 : position;
        int end = text.SkipWhile(start, CharacterFlags.Punctuation);
        return end > start ? end - position : 0;
    }
}
