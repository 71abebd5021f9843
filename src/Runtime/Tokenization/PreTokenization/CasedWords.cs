namespace ModelGen.Tokenization.PreTokenization;

/// <summary>How the words of <see cref="CasedWords{TRules}"/> differ from vocabulary to vocabulary.</summary>
internal interface ICasedWordRules
{
    /// <summary>An English contraction belongs to the word before it.</summary>
    static abstract bool HasContractions { get; }

    /// <summary>The most digits of a number.</summary>
    static abstract int MaxDigits { get; }
}

/// <summary>
/// Words that end where a capital follows a small letter:
/// [^\r\n\p{L}\p{N}]?U*W+|[^\r\n\p{L}\p{N}]?U+W*|\p{N}{1,n}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// with U for a letter but a to z, and W for a letter but A to Z: as in llama.cpp, letters beyond ASCII are both.
/// </summary>
internal sealed class CasedWords<TRules> : ISplitPass
    where TRules : ICasedWordRules
{
    private const CharacterFlags NotOther = CharacterFlags.Space | CharacterFlags.Letter | CharacterFlags.Number;

    public static int Match(in PieceText text, int position)
    {
        CharacterFlags flags = text.Flags(position);
        if ((flags & (CharacterFlags.LineBreak | CharacterFlags.Number)) == 0)
        {
            int letters = (flags & CharacterFlags.Letter) != 0 ? position : position + 1;
            if (text.Has(letters, CharacterFlags.Letter))
            {
                int wordEnd = EndOfWord(text, letters);
                return wordEnd + (TRules.HasContractions ? Contractions.Match(text, wordEnd, anyCase: true) : 0) - position;
            }
        }

        if ((flags & CharacterFlags.Number) != 0)
        {
            return text.CountUpTo(TRules.MaxDigits, position, CharacterFlags.Number);
        }

        int start = text[position] == ' ' ? position + 1 : position;
        int end = text.SkipUntil(start, NotOther);
        if (end == start)
        {
            return WhiteSpace.MatchLines(text, position);
        }

        while (text[end] is (byte)'\r' or (byte)'\n' or (byte)'/')
        {
            end++;
        }

        return end - position;
    }

    private static int EndOfWord(in PieceText text, int start)
    {
        int end = start;
        int behindBoth = start;
        for (; text.Has(end, CharacterFlags.Letter) && !IsSmall(text[end]); end++)
        {
            if (!IsCapital(text[end]))
            {
                behindBoth = end + 1;
            }
        }

        if (IsSmall(text[end]))
        {
            // U*W+ : all of both.
            while (text.Has(end, CharacterFlags.Letter) && !IsCapital(text[end]))
            {
                end++;
            }

            return end;
        }

        // U*W+ gives the last letter that is both to W; where there is none, U+W* takes all.
        return behindBoth > start ? behindBoth : end;
    }

    private static bool IsSmall(byte code) => code is >= (byte)'a' and <= (byte)'z';

    private static bool IsCapital(byte code) => code is >= (byte)'A' and <= (byte)'Z';
}

internal sealed class TekkenRules : ICasedWordRules
{
    public static bool HasContractions => false;

    public static int MaxDigits => 1;
}

internal sealed class Gpt4oRules : ICasedWordRules
{
    public static bool HasContractions => true;

    public static int MaxDigits => 3;
}
