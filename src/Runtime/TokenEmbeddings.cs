using System;
using System.Collections.Generic;

namespace ModelGen;

/// <summary>A vector of each token of a text, for what compares texts token by token (late interaction: Khattab and Zaharia 2020, ColBERT).</summary>
public sealed class TokenEmbeddings
{
    private readonly float[] _vectors;

    internal TokenEmbeddings(IReadOnlyList<int> ids, float[] vectors, int length)
    {
        Ids = ids;
        _vectors = vectors;
        VectorLength = length;
    }

    /// <summary>Ids of the tokens, special ones too.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>Floats of a vector.</summary>
    public int VectorLength { get; }

    /// <summary>All vectors, one behind the other.</summary>
    public ReadOnlySpan<float> Vectors => _vectors;

    /// <summary>The vector of a token.</summary>
    /// <param name="token">Index of the token.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<float> this[int token]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Ids.Count);
            return _vectors.AsSpan(token * VectorLength, VectorLength);
        }
    }
}
