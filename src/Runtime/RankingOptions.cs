namespace ModelGen;

/// <summary>How documents are scored.</summary>
public sealed record RankingOptions
{
    /// <summary>
    /// Whether the tokens of the document are of type 1, where the model has embeddings of two types, as rankers of BERT's family were trained
    /// (Nogueira and Cho 2019); true by default. llama.cpp gives all tokens type 0, and so other scores.
    /// </summary>
    public bool MarksDocument { get; init; } = true;

    /// <summary>What becomes of a query and a document that have more tokens together than the model's context; an error by default.</summary>
    public LongText LongText { get; init; }
}
