namespace ModelGen;

/// <summary>How documents are scored.</summary>
public sealed record RankingOptions
{
    /// <summary>
    /// Whether the tokens of the document are of type 1, where the model has embeddings of two types, as rankers of BERT's family were trained
    /// (Nogueira and Cho 2019); true by default. llama.cpp gives all tokens type 0, and so other scores.
    /// </summary>
    public bool MarksDocument { get; init; } = true;

    /// <summary>
    /// Whose score is taken, one of <see cref="CompiledEncoder.Labels"/>; null, the default: the only one, or the first of a decoder that ranks.
    /// A classifier of several labels, as for entailment, needs it said.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>
    /// What becomes of a query and a document that have more tokens together than the model's context; an error by default. Cut is the longer of the
    /// two, as a rule the document, until it is as short as the other one, and then both.
    /// </summary>
    public LongText LongText { get; init; }
}
