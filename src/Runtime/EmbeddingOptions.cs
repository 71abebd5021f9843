using System;

namespace ModelGen;

/// <summary>How texts become vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>How the vectors of a text's tokens become one; null, the default: as the model's file says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether a vector is divided by its Euclidean length, so that a dot product is a cosine; true by default.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>
    /// Leading elements of a vector that are kept, before it is normalised, for models that are trained for it (Matryoshka representation
    /// learning, Kusupati et al. 2022); null, the default: all.
    /// </summary>
    public int? Dimensions { get; init; }

    /// <summary>What becomes of a text that has more tokens than the model's context; an error by default.</summary>
    public LongText LongText { get; init; }

    /// <summary>Text that is put before each, such as "query: "; models say in their description which they were trained with. null: none.</summary>
    public string? Prefix { get; init; }

    /// <summary>Floats of a vector.</summary>
    /// <param name="length">Floats that the model gives.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are fewer than are asked for.</exception>
    internal int LengthOf(int length) => Dimensions switch
    {
        null => length,
        int dimensions when dimensions >= 1 && dimensions <= length => dimensions,
        _ => throw new ArgumentOutOfRangeException(nameof(Dimensions), Dimensions, $"Dimensions must be from 1 to {length}, the floats of the model's vectors."),
    };
}
