namespace ModelGen;

/// <summary>How the vectors of a text's tokens become one vector of the text; the numbers are those of GGUF's pooling_type.</summary>
public enum Pooling
{
    /// <summary>The mean of all tokens' vectors, those of special tokens too (Reimers and Gurevych 2019).</summary>
    Mean = 1,

    /// <summary>The first token's, which BERT's family calls [CLS].</summary>
    First = 2,

    /// <summary>The last token's.</summary>
    Last = 3,
}
