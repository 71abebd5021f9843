using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Sampling;

namespace ModelGen.Embeddings;

/// <summary>What is made of a text's largest logits of terms.</summary>
internal static class TermWeights
{
    /// <summary>The weights ln(1 + logit) of the terms whose logit is above 0.</summary>
    /// <param name="logits">The largest logit of each term over the text's tokens, 0 where none is above.</param>
    /// <param name="maxTerms">Terms that are kept at most; null: all.</param>
    /// <exception cref="ModelGenException">A logit is NaN or +∞.</exception>
    public static SparseEmbedding Of(ReadOnlySpan<float> logits, int? maxTerms)
    {
        LogitChecks.CheckModel(logits);
        List<int> indices = [];
        List<float> weights = [];
        for (int id = 0; id < logits.Length; id++)
        {
            // In double precision: 1 + x has few digits of a small x in floats.
            float weight = (float)Math.Log(1 + (double)logits[id]);
            if (weight > 0)
            {
                indices.Add(id);
                weights.Add(weight);
            }
        }

        if (maxTerms is not int most || most >= indices.Count)
        {
            return new SparseEmbedding([.. indices], [.. weights]);
        }

        // Sorting is stable: of equal weights the lower ids stand first.
        int[] kept = [.. Enumerable.Range(0, weights.Count).OrderByDescending(i => weights[i]).Take(most).Order()];
        return new SparseEmbedding([.. kept.Select(i => indices[i])], [.. kept.Select(i => weights[i])]);
    }
}
