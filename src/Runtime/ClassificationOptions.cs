namespace ModelGen;

/// <summary>How texts are given labels.</summary>
public sealed record ClassificationOptions
{
    /// <summary>
    /// Whether the tokens of the second of two texts are of type 1, where the model has embeddings of two types, as models of BERT's family were
    /// trained (Devlin et al. 2018); true by default.
    /// </summary>
    public bool MarksSecond { get; init; } = true;

    /// <summary>What becomes of a text, or of two, with more tokens than the model's context; an error by default.</summary>
    public LongText LongText { get; init; }
}
