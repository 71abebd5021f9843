namespace ModelGen.Tokenization.PreTokenization;

/// <summary>How the words of <see cref="Words{TRules}"/> differ from vocabulary to vocabulary.</summary>
internal interface IWordRules
{
    /// <summary>English contractions are words.</summary>
    static abstract bool HasContractions { get; }

    /// <summary>Marks belong to the letters that they stand on.</summary>
    static abstract bool HasMarks { get; }

    /// <summary>The most digits of a number.</summary>
    static abstract int MaxDigits { get; }

    /// <summary>Line breaks behind punctuation belong to it.</summary>
    static abstract bool TakesLineBreaks { get; }
}

/// <summary>
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ : Llama 3's
/// expression and its relatives.
/// </summary>
internal sealed class Words<TRules> : ISplitPass
    where TRules : IWordRules
{
    public static int Match(in PieceText text, int position)
    {
        if (TRules.HasContractions)
        {
            int contraction = Contractions.Match(text, position, anyCase: true);
            if (contraction > 0)
            {
                return contraction;
            }
        }

        CharacterFlags letters = TRules.HasMarks ? CharacterFlags.Letter | CharacterFlags.Mark : CharacterFlags.Letter;
        CharacterFlags flags = text.Flags(position);
        if ((flags & (CharacterFlags.LineBreak | CharacterFlags.Number)) == 0
            && ((flags & letters) != 0 || text.Has(position + 1, letters)))
        {
            return text.SkipWhile(position + 1, letters) - position;
        }

        if ((flags & CharacterFlags.Number) != 0)
        {
            return text.CountUpTo(TRules.MaxDigits, position, CharacterFlags.Number);
        }

        int start = text[position] == ' ' ? position + 1 : position;
        int end = text.SkipUntil(start, CharacterFlags.Space | CharacterFlags.Number | letters);
        if (end > start)
        {
            return (TRules.TakesLineBreaks ? text.SkipWhile(end, CharacterFlags.LineBreak) : end) - position;
        }

        return WhiteSpace.MatchLines(text, position);
    }
}

internal sealed class Llama3Rules : IWordRules
{
    public static bool HasContractions => true;

    public static bool HasMarks => false;

    public static int MaxDigits => 3;

    public static bool TakesLineBreaks => true;
}

internal sealed class Qwen2Rules : IWordRules
{
    public static bool HasContractions => true;

    public static bool HasMarks => false;

    public static int MaxDigits => 1;

    public static bool TakesLineBreaks => true;
}

internal sealed class Qwen35Rules : IWordRules
{
    public static bool HasContractions => true;

    public static bool HasMarks => true;

    public static int MaxDigits => 1;

    public static bool TakesLineBreaks => true;
}

internal sealed class SeedCoderRules : IWordRules
{
    public static bool HasContractions => true;

    public static bool HasMarks => false;

    public static int MaxDigits => 1;

    public static bool TakesLineBreaks => false;
}

internal sealed class UfakzekaRules : IWordRules
{
    public static bool HasContractions => false;

    public static bool HasMarks => false;

    public static int MaxDigits => 1;

    public static bool TakesLineBreaks => true;
}

internal sealed class MiniCpm5Rules : IWordRules
{
    public static bool HasContractions => true;

    public static bool HasMarks => false;

    public static int MaxDigits => int.MaxValue;

    public static bool TakesLineBreaks => true;
}
