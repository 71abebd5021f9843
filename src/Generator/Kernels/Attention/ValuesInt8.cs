using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// o[r] += Σ_key p[r][key] · V[key] over a cache of 8-bit integers (see AppendInt8); the values' scales are in the weights already. Each
/// word is widened once for all rows.
/// </summary>
internal static unsafe class ValuesInt8
{
    private const int Stride = 64;
    private const int BlockKeys = 64;
    private const int RangeKeys = 256;
    private const int SumFloats = Stride + 16;  // from one row of sums to the next
    private const int RowWords = Stride / 4;
    private const int BlockWords = BlockKeys * (1 + RowWords);
    private const int PrefetchBytes = 4096;     // how far ahead values are asked for; 0: not at all

    // Tile r: 4, 2, 2 rows at Avx512, Avx2, Vector128.
    // Tile a: 16, 8, 8 accumulators, r · 4v of them.
    /// <param name="values">Blocks of values.</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="weights">Rows of RangeKeys floats.</param>
    /// <param name="sums">Rows of SumFloats floats, of which Stride are added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* values, int count, float* weights, float* sums)
    {
        const int r0 = 0;
        const int v0 = 0;
        int vectors = 0;
        vectors = v0 + 1;

        for (int first = 0; first < count; first += BlockKeys)
        {
            int* block = (int*)values + first / BlockKeys * BlockWords + BlockKeys;
            for (int chunk = 0; chunk < RowWords; chunk += vectors * Vector512<float>.Count)
            {
                int* word = block + chunk;
                float* sum = sums + chunk;
                Vector512<float> first_r0_v0 = Vector512.Load(sum + r0 * SumFloats + v0 * Vector512<float>.Count);
                Vector512<float> second_r0_v0 = Vector512.Load(sum + r0 * SumFloats + RowWords + v0 * Vector512<float>.Count);
                Vector512<float> third_r0_v0 = Vector512.Load(sum + r0 * SumFloats + 2 * RowWords + v0 * Vector512<float>.Count);
                Vector512<float> fourth_r0_v0 = Vector512.Load(sum + r0 * SumFloats + 3 * RowWords + v0 * Vector512<float>.Count);
                float* weight = weights + first;
                for (float* end = weight + Math.Min(count - first, BlockKeys); weight < end; weight++)
                {
                    Ask(word + v0 * Vector512<float>.Count);
                    Vector512<int> word_v0 = Vector512.Load(word + v0 * Vector512<float>.Count);
                    Vector512<float> a_v0 = Vector512.ConvertToSingle(word_v0);
                    first_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(weight[r0 * RangeKeys]), a_v0, first_r0_v0);
                    Vector512<float> b_v0 = Vector512.ConvertToSingle(word_v0 << 8);
                    second_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(weight[r0 * RangeKeys]), b_v0, second_r0_v0);
                    Vector512<float> c_v0 = Vector512.ConvertToSingle(word_v0 << 16);
                    third_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(weight[r0 * RangeKeys]), c_v0, third_r0_v0);
                    Vector512<float> d_v0 = Vector512.ConvertToSingle(word_v0 << 24);
                    fourth_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(weight[r0 * RangeKeys]), d_v0, fourth_r0_v0);
                    word += RowWords;
                }

                first_r0_v0.Store(sum + r0 * SumFloats + v0 * Vector512<float>.Count);
                second_r0_v0.Store(sum + r0 * SumFloats + RowWords + v0 * Vector512<float>.Count);
                third_r0_v0.Store(sum + r0 * SumFloats + 2 * RowWords + v0 * Vector512<float>.Count);
                fourth_r0_v0.Store(sum + r0 * SumFloats + 3 * RowWords + v0 * Vector512<float>.Count);
            }
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
