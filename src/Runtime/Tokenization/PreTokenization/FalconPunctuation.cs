namespace ModelGen.Tokenization.PreTokenization;

/// <summary>[\p{P}\$\+&lt;=&gt;\^~\|]+.</summary>
internal sealed class FalconPunctuation : ISplitPass
{
    public static int Match(in PieceText text, int position) => MatchRun(text, position, takesGrave: false);

    /// <summary>The run, with the grave accent or without.</summary>
    public static int MatchRun(in PieceText text, int position, bool takesGrave)
    {
        int end = position;
        while (text.Has(end, CharacterFlags.Punctuation)
            || text[end] is (byte)'$' or (byte)'+' or (byte)'<' or (byte)'=' or (byte)'>' or (byte)'^' or (byte)'~' or (byte)'|'
            || (takesGrave && text[end] == '`'))
        {
            end++;
        }

        return end - position;
    }
}

/// <summary>[\p{P}\$\+&lt;=&gt;\^~\|`]+.</summary>
internal sealed class FalconPunctuationAndGrave : ISplitPass
{
    public static int Match(in PieceText text, int position) => FalconPunctuation.MatchRun(text, position, takesGrave: true);
}
