namespace ModelGen.Tokenization.PreTokenization;

/// <summary>" ?[^(\s|.,!?…。，、।۔،)]+": everything between white space and the marks that end a clause.</summary>
internal sealed class BloomWords : ISplitPass
{
    public static int Match(in PieceText text, int position)
    {
        int start = text[position] == ' ' ? position + 1 : position;
        int end = start;
        while (end < text.Length && !text.Has(end, CharacterFlags.Space) && !EndsClause(text.CodePoint(end)))
        {
            end++;
        }

        return end > start ? end - position : 0;
    }

    private static bool EndsClause(int codePoint) =>
        codePoint is '(' or '|' or '.' or ',' or '!' or '?' or '…' or '。' or '，' or '、' or '।' or '۔' or '،' or ')';
}
