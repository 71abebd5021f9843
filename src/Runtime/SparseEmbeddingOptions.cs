using System;

namespace ModelGen;

/// <summary>How texts become weights of terms.</summary>
public sealed record SparseEmbeddingOptions
{
    /// <summary>
    /// Terms that are kept, those of the largest weights, the lower id first among equals; 1 or more. null, the default: all that have a
    /// weight.
    /// </summary>
    public int? MaxTerms { get; init; }

    /// <summary>What becomes of a text that has more tokens than the model's context; an error by default.</summary>
    public LongText LongText { get; init; }

    /// <summary>Text that is put before each; models say in their description whether they were trained with one. null: none.</summary>
    public string? Prefix { get; init; }

    /// <summary>Checks what is not checked elsewhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are to be fewer than one term.</exception>
    internal void Check()
    {
        if (MaxTerms < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxTerms), MaxTerms, "MaxTerms must be 1 or more, or null for all terms.");
        }
    }
}
