using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// o[r] += Σ_key p[r][key] · V[key]. Blocks of 64 values: [64 scales, where the format has them][64][Stride] floats; scales are in the
/// weights already. This is a cache of floats, and what the unpack kernel makes of one of integers.
/// </summary>
internal static unsafe class ValuesFloat32
{
    private const int Stride = 64;
    private const int ScaleGroups = 0;          // 1 where a value has a scale, else 0
    private const int BlockKeys = 64;
    private const int RangeKeys = 256;
    private const int SumFloats = Stride + 16;  // from one row of sums to the next
    private const int BlockFloats = BlockKeys * (ScaleGroups + Stride);
    private const int PrefetchBytes = 0;        // how far ahead values are asked for; 0: not at all

    // Tile r: 6, 4, 4 rows at Avx512, Avx2, Vector128.
    // Tile a: 24, 8, 8 accumulators, r · v of them.
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
            float* block = (float*)values + first / BlockKeys * BlockFloats + ScaleGroups * BlockKeys;
            for (int chunk = 0; chunk < Stride; chunk += vectors * Vector512<float>.Count)
            {
                float* value = block + chunk;
                float* sum = sums + chunk;
                Vector512<float> sum_r0_v0 = Vector512.Load(sum + r0 * SumFloats + v0 * Vector512<float>.Count);
                float* weight = weights + first;
                for (float* end = weight + Math.Min(count - first, BlockKeys); weight < end; weight++)
                {
                    Ask(value + v0 * Vector512<float>.Count);
                    Vector512<float> value_v0 = Vector512.Load(value + v0 * Vector512<float>.Count);
                    sum_r0_v0 = Vector512.MultiplyAddEstimate(Vector512.Create(weight[r0 * RangeKeys]), value_v0, sum_r0_v0);
                    value += Stride;
                }

                sum_r0_v0.Store(sum + r0 * SumFloats + v0 * Vector512<float>.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(float* address)
    {
        if (PrefetchBytes > 0)
        {
            Simd512.Prefetch((byte*)address + PrefetchBytes);
        }
    }
}
