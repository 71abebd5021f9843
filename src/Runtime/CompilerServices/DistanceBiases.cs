using System;
using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>Learned biases of attention's scores by the distance of key and query (Raffel et al. 2020, T5).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class DistanceBiases
{
    /// <summary>
    /// Makes of a bias a bucket one a distance, so that neighbouring floats are added to the scores of neighbouring keys: of each head those of
    /// keys before the query, the farthest first, that of the query's own, and those behind it.
    /// </summary>
    /// <param name="table">Biases of a head's buckets, one head after the other.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="buckets">Buckets of a head; keys behind the query have the second half of them, where it sees any.</param>
    /// <param name="bucketOfDistance">The bucket of a distance from 0 on; all behind the last have the last one's.</param>
    /// <param name="before">Keys before a query at most.</param>
    /// <param name="behind">Keys behind a query at most.</param>
    /// <param name="rows">Receives heads · (before + 1 + behind) floats.</param>
    /// <returns><paramref name="rows"/>.</returns>
    public static float* Spread(
        float* table, int heads, int buckets, ReadOnlySpan<byte> bucketOfDistance, int before, int behind, float* rows)
    {
        float* bias = rows;
        for (int head = 0; head < heads; head++)
        {
            for (int distance = -before; distance <= behind; distance++)
            {
                int bucket = bucketOfDistance[int.Min(int.Abs(distance), bucketOfDistance.Length - 1)];
                *bias++ = table[head * buckets + bucket + (distance > 0 ? buckets / 2 : 0)];
            }
        }

        return rows;
    }
}
