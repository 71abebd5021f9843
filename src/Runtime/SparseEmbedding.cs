using System;

namespace ModelGen;

/// <summary>
/// What a text is about in terms of the model's vocabulary (Formal et al. 2021, SPLADE): few of the terms have a weight, those of the text and
/// others that texts of its kind have.
/// </summary>
public sealed class SparseEmbedding
{
    private readonly int[] _indices;
    private readonly float[] _weights;

    internal SparseEmbedding(int[] indices, float[] weights)
    {
        _indices = indices;
        _weights = weights;
    }

    /// <summary>How many terms have a weight.</summary>
    public int Count => _indices.Length;

    /// <summary>Ids of the terms, which are tokens of the vocabulary, in ascending order.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>Their weights in the same order, each above 0.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>
    /// How well two texts fit: Σ of the products of the weights of terms that both have, in double precision; 0 where there is none.
    /// </summary>
    /// <param name="other">What the same model gives for another text.</param>
    public float Dot(SparseEmbedding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double sum = 0;
        for (int i = 0, j = 0; i < _indices.Length && j < other._indices.Length;)
        {
            int difference = _indices[i].CompareTo(other._indices[j]);
            sum += difference == 0 ? (double)_weights[i] * other._weights[j] : 0;
            i += difference <= 0 ? 1 : 0;
            j += difference >= 0 ? 1 : 0;
        }

        return (float)sum;
    }
}
