using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// o[r] = Σ_key softmax(Scale · q[r]·K)[key] · V[key] for the rows of queries that share one key/value head. The softmax runs along with
/// the keys, 64 at a time, and corrects what it has when a larger score turns up (Milakov and Gimelshein 2018, Dao et al. 2022).
/// Whatever is computed of a row is independent of the other rows and of how many there are.
/// </summary>
internal static unsafe class Attention
{
    private const int HeadDimension = 64;
    private const int ValueStride = 64;         // HeadDimension rounded up to 16; a multiple of the vectors of a chunk
    private const float Scale = 0.125f;
    private const int BlockKeys = 64;

    // Scratch of a row: its scores of one block, its output so far, and maximum, sum, correction and one float of padding. A call needs
    // ScratchFloats = rows · RowFloats.
    private const int RowFloats = BlockKeys + ValueStride + 4;

    // Tile r: 6, 3, 3 rows at Avx512, Avx2, Vector128: four accumulators a row.
    /// <param name="keys">Key cache of the head (see AppendKeyValue).</param>
    /// <param name="values">Value cache of the head.</param>
    /// <param name="queries">A pointer a row to HeadDimension floats; rows may share one.</param>
    /// <param name="limits">A count a row: it sees the keys [0, limit), limit ≥ 1.</param>
    /// <param name="outputs">A pointer a row; receives HeadDimension floats; may be the row's query.</param>
    /// <param name="scratch">Rows · RowFloats floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* keys, float* values, float** queries, int* limits, float** outputs, float* scratch)
    {
        const int r0 = 0;
        const int v0 = 0;

        // Repeated lines count themselves: the last copy leaves their number.
        int rows = 0;
        rows = r0 + 1;
        int vectors = 0;
        vectors = v0 + 1;

        int longest = 0;
        longest = Math.Max(longest, limits[r0]);
        float* query_r0 = queries[r0];
        float* sums = scratch + rows * BlockKeys;
        float* states = sums + rows * ValueStride;
        for (int i = 0; i < rows * ValueStride; i += Vector512<float>.Count)
        {
            Vector512<float>.Zero.Store(sums + i);
        }

        for (int row = 0; row < rows; row++)
        {
            states[row * 4] = float.NegativeInfinity;
            states[row * 4 + 1] = 0f;
        }

        for (int first = 0; first < longest; first += BlockKeys)
        {
            // Scores: s[r] = Scale · Σ_d q[r][d] · K[d], four vectors of keys at a time.
            for (int part = 0; part < BlockKeys; part += 4 * Vector512<float>.Count)
            {
                float* key = keys + part;
                Vector512<float> scoreA_r0 = Vector512<float>.Zero;
                Vector512<float> scoreB_r0 = Vector512<float>.Zero;
                Vector512<float> scoreC_r0 = Vector512<float>.Zero;
                Vector512<float> scoreD_r0 = Vector512<float>.Zero;
                for (int d = 0; d < HeadDimension; d++)
                {
                    Vector512<float> q_r0 = Vector512.Create(query_r0[d]);
                    Vector512<float> keyA = Vector512.Load(key);
                    scoreA_r0 = Vector512.MultiplyAddEstimate(q_r0, keyA, scoreA_r0);
                    Vector512<float> keyB = Vector512.Load(key + Vector512<float>.Count);
                    scoreB_r0 = Vector512.MultiplyAddEstimate(q_r0, keyB, scoreB_r0);
                    Vector512<float> keyC = Vector512.Load(key + 2 * Vector512<float>.Count);
                    scoreC_r0 = Vector512.MultiplyAddEstimate(q_r0, keyC, scoreC_r0);
                    Vector512<float> keyD = Vector512.Load(key + 3 * Vector512<float>.Count);
                    scoreD_r0 = Vector512.MultiplyAddEstimate(q_r0, keyD, scoreD_r0);
                    key += BlockKeys;
                }

                Vector512<float> scale = Vector512.Create(Scale);
                (scoreA_r0 * scale).Store(scratch + r0 * BlockKeys + part);
                (scoreB_r0 * scale).Store(scratch + r0 * BlockKeys + part + Vector512<float>.Count);
                (scoreC_r0 * scale).Store(scratch + r0 * BlockKeys + part + 2 * Vector512<float>.Count);
                (scoreD_r0 * scale).Store(scratch + r0 * BlockKeys + part + 3 * Vector512<float>.Count);
            }

            for (int row = 0; row < rows; row++)
            {
                float* score = scratch + row * BlockKeys;
                float* state = states + row * 4;
                int visible = limits[row] - first;
                if (visible <= 0)
                {
                    // The row ended before this block: weights 0 and correction 1 leave it as it is.
                    for (int i = 0; i < BlockKeys; i += Vector512<float>.Count)
                    {
                        Vector512<float>.Zero.Store(score + i);
                    }

                    state[2] = 1f;
                    continue;
                }

                // m = max(m, s), keys beyond the limit count as -∞
                Vector512<float> largest = Vector512.Create(state[0]);
                for (int i = 0; i < BlockKeys; i += Vector512<float>.Count)
                {
                    Vector512<int> seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(visible - i));
                    Vector512<float> unseen = Vector512.Create(float.NegativeInfinity);
                    Vector512<float> s = Vector512.ConditionalSelect(seen.AsSingle(), Vector512.Load(score + i), unseen);
                    s.Store(score + i);
                    largest = Vector512.MaxNative(largest, s);
                }

                // p = e^(s - m), sum = sum · e^(m_before - m) + Σ p
                float maximum = Simd512.LargestLane(largest);
                Vector512<float> weights = Vector512<float>.Zero;
                for (int i = 0; i < BlockKeys; i += Vector512<float>.Count)
                {
                    Vector512<float> p = VectorMath.Exp(Vector512.Load(score + i) - Vector512.Create(maximum));
                    p.Store(score + i);
                    weights += p;
                }

                float correction = VectorMath.Exp(Vector512.Create(state[0] - maximum)).ToScalar();
                state[0] = maximum;
                state[1] = state[1] * correction + Vector512.Sum(weights);
                state[2] = correction;
            }

            // Output so far: o[r] = o[r] · correction[r] + Σ_key p[r][key] · V[key], a chunk of columns at a time.
            int count = Math.Min(longest - first, BlockKeys);
            for (int chunk = 0; chunk < ValueStride; chunk += vectors * Vector512<float>.Count)
            {
                float* value = values + chunk;
                Vector512<float> correction_r0 = Vector512.Create(states[r0 * 4 + 2]);
                Vector512<float> sum_r0_v0 = Vector512.Load(sums + r0 * ValueStride + chunk + v0 * Vector512<float>.Count) * correction_r0;
                for (int i = 0; i < count; i++)
                {
                    Vector512<float> value_v0 = Vector512.Load(value + v0 * Vector512<float>.Count);
                    sum_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(scratch[r0 * BlockKeys + i]), value_v0, sum_r0_v0);
                    value += ValueStride;
                }

                sum_r0_v0.Store(sums + r0 * ValueStride + chunk + v0 * Vector512<float>.Count);
            }

            keys += BlockKeys * HeadDimension;
            values += BlockKeys * ValueStride;
        }

        // o = o / sum. A longer row beside it turns the -0 of a row into 0 (-0 + 0 · v); adding 0 does so for every row.
        for (int row = 0; row < rows; row++)
        {
            float* output = outputs[row];
            float sum = states[row * 4 + 1];
            float* o = sums + row * ValueStride;
            for (int i = 0; i < HeadDimension / Vector512<float>.Count * Vector512<float>.Count; i += Vector512<float>.Count)
            {
                (Vector512.Load(o + i) / Vector512.Create(sum) + Vector512<float>.Zero).Store(output + i);
            }

            for (int i = HeadDimension / Vector512<float>.Count * Vector512<float>.Count; i < HeadDimension; i++)
            {
                output[i] = o[i] / sum + 0f;
            }
        }
    }
}
