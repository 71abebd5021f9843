namespace ModelGen.Tokenization.PreTokenization;

/// <summary>One pass over the pieces of a text: a rule that cuts what it matches out of a piece.</summary>
internal interface ISplitPass
{
    /// <summary>
    /// How many code points from <paramref name="position"/> on the rule matches; 0 for none. Below 0, none for as many positions from here:
    /// what was looked at is not looked at again.
    /// </summary>
    static abstract int Match(in PieceText text, int position);
}
