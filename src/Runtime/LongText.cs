namespace ModelGen;

/// <summary>What becomes of a text that has more tokens than the model's context.</summary>
public enum LongText
{
    /// <summary>An error that says how many tokens it has.</summary>
    Refuse,

    /// <summary>
    /// Its tokens behind the context are left out; a token that ends every text, such as [SEP], stays its last. Of two texts that are read together the
    /// longer one is cut first, and all that stands around them stays.
    /// </summary>
    Truncate,
}
