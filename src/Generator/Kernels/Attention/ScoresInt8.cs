using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// s[r][key] = Σ_group scale[group][key] · Σ_d q[r][d] · K[key][d] over a cache of 8-bit integers (see AppendInt8), 32 elements a group.
/// Each word is widened once for all rows.
/// </summary>
internal static unsafe class ScoresInt8
{
    private const int Stride = 64;
    private const int BlockKeys = 64;
    private const int RangeKeys = 256;
    private const int RowWords = Stride / 4;
    private const int GroupWords = 8;           // words of a key that share a scale
    private const int KeyScales = RowWords / GroupWords;
    private const int BlockWords = BlockKeys * (KeyScales + RowWords);
    private const int PrefetchBytes = 4096;     // how far ahead keys are asked for; 0: not at all

    // Tile r: 8, 4, 4 rows at Avx512, Avx2, Vector128.
    // Tile a: 8, 4, 4 pairs of accumulators, r · k of them.
    /// <param name="keys">Blocks of keys.</param>
    /// <param name="count">Number of keys; scores of the last vectors' other keys are computed too.</param>
    /// <param name="queries">Rows of Stride floats (see PrepareQuery).</param>
    /// <param name="scores">Receives rows of RangeKeys floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* keys, int count, float* queries, float* scores)
    {
        const int r0 = 0;
        const int k0 = 0;
        int vectors = 0;
        vectors = k0 + 1;

        for (int first = 0; first < count; first += vectors * Vector512<float>.Count)
        {
            int* scale = (int*)keys + first / BlockKeys * BlockWords + first % BlockKeys;
            int* word = scale + KeyScales * BlockKeys;
            float* query = queries;
            Vector512<float> score_r0_k0 = Vector512<float>.Zero;
            for (float* end = queries + Stride; query < end;)
            {
                Vector512<float> sum_r0_k0 = Vector512<float>.Zero;
                for (float* groupEnd = query + 4 * GroupWords; query < groupEnd; query += 4)
                {
                    Ask(word + k0 * Vector512<float>.Count);
                    Vector512<int> word_k0 = Vector512.Load(word + k0 * Vector512<float>.Count);
                    Vector512<float> first_k0 = Vector512.ConvertToSingle(word_k0);
                    sum_r0_k0 = Vector512.MultiplyAddEstimate(Vector512.Create(query[r0 * Stride]), first_k0, sum_r0_k0);
                    Vector512<float> second_k0 = Vector512.ConvertToSingle(word_k0 << 8);
                    sum_r0_k0 = Vector512.MultiplyAddEstimate(Vector512.Create(query[r0 * Stride + 1]), second_k0, sum_r0_k0);
                    Vector512<float> third_k0 = Vector512.ConvertToSingle(word_k0 << 16);
                    sum_r0_k0 = Vector512.MultiplyAddEstimate(Vector512.Create(query[r0 * Stride + 2]), third_k0, sum_r0_k0);
                    Vector512<float> fourth_k0 = Vector512.ConvertToSingle(word_k0 << 24);
                    sum_r0_k0 = Vector512.MultiplyAddEstimate(Vector512.Create(query[r0 * Stride + 3]), fourth_k0, sum_r0_k0);
                    word += BlockKeys;
                }

                Vector512<float> scale_k0 = Vector512.Load(scale + k0 * Vector512<float>.Count).AsSingle();
                score_r0_k0 = Vector512.MultiplyAddEstimate(sum_r0_k0, scale_k0, score_r0_k0);
                scale += BlockKeys;
            }

            score_r0_k0.Store(scores + first + r0 * RangeKeys + k0 * Vector512<float>.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(int* address)
    {
        if (PrefetchBytes > 0)
        {
            Simd512.Prefetch((byte*)address + PrefetchBytes);
        }
    }
}
