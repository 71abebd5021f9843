namespace ModelGen.Tokenization.PreTokenization;

/// <summary>The rules for white space that most pre-tokenizers end with.</summary>
internal static class WhiteSpace
{
    /// <summary>
    /// \s+(?!\S)|\s+ : white space without its last character where a word follows, which that one belongs to; 0 for none.
    /// </summary>
    public static int Match(in PieceText text, int position)
    {
        int end = text.SkipWhile(position, CharacterFlags.Space);
        int length = end - position;
        return length > 1 && end < text.Length ? length - 1 : length;
    }

    /// <summary>\s*[\r\n]+|\s+(?!\S)|\s+ : the same, but white space ends behind its last line break.</summary>
    public static int MatchLines(in PieceText text, int position)
    {
        int end = position;
        int behindBreak = position;
        for (; text.Has(end, CharacterFlags.Space); end++)
        {
            if (text.Has(end, CharacterFlags.LineBreak))
            {
                behindBreak = end + 1;
            }
        }

        if (behindBreak > position)
        {
            return behindBreak - position;
        }

        int length = end - position;
        return length > 1 && end < text.Length ? length - 1 : length;
    }
}
