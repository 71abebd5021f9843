namespace ModelGen.Tokenization.PreTokenization;

/// <summary>English contractions: 's 't 're 've 'm 'll 'd.</summary>
internal static class Contractions
{
    private const int LowerCaseBit = 0x20;

    /// <summary>Length of the contraction at a position, 0 for none.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="position">Where it would start.</param>
    /// <param name="anyCase">Whether capitals count.</param>
    public static int Match(in PieceText text, int position, bool anyCase)
    {
        if (text[position] != '\'')
        {
            return 0;
        }

        return Letter(text, position + 1, anyCase) switch
        {
            's' or 't' or 'm' or 'd' => 2,
            'r' or 'v' when Letter(text, position + 2, anyCase) == 'e' => 3,
            'l' when Letter(text, position + 2, anyCase) == 'l' => 3,
            _ => 0,
        };
    }

    private static int Letter(in PieceText text, int position, bool anyCase)
    {
        byte code = text[position];
        return anyCase && code is >= (byte)'A' and <= (byte)'Z' ? code | LowerCaseBit : code;
    }
}
