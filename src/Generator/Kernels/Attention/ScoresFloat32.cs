using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// s[r][key] = Σ_group scale[group][key] · Σ_d q[r][d] · K[key][d] over the groups of a key's elements that share a scale; a plain dot
/// product where keys have none. Blocks of 64 keys: [64 scales a group][Stride][64] floats. This is a cache of floats, and what the unpack
/// kernel makes of one of integers: element for element the sums are those that its own score kernel forms.
/// </summary>
internal static unsafe class ScoresFloat32
{
    private const int Stride = 64;
    private const int ScaleGroups = 0;          // groups of a key's elements that have a scale each; 0: no scales
    private const int GroupElements = 64;       // elements of a group; Stride without scales
    private const int BlockKeys = 64;
    private const int RangeKeys = 256;
    private const int BlockFloats = BlockKeys * (ScaleGroups + Stride);
    private const int PrefetchBytes = 0;        // how far ahead keys are asked for; 0: not at all

    // Tile r: 6, 4, 4 rows at Avx512, Avx2, Vector128.
    // Tile a: 24, 8, 8 accumulators, r · k of them.
    /// <param name="keys">Blocks of keys.</param>
    /// <param name="count">Number of keys; scores of the last vectors' other keys are computed too.</param>
    /// <param name="queries">Rows of Stride floats (see ScaleQuery and PrepareQuery).</param>
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
            float* block = (float*)keys + first / BlockKeys * BlockFloats + first % BlockKeys;
            float* key = block + ScaleGroups * BlockKeys;
            float* score = scores + first;
            for (int group = 0; group < Stride; group += GroupElements)
            {
                Vector512<float> sum_r0_k0 = Vector512<float>.Zero;
                float* query = queries + group;
                float* end = query + Math.Min(GroupElements, Stride - group);
                for (; query < end; query++)
                {
                    Ask(key + k0 * Vector512<float>.Count);
                    Vector512<float> key_k0 = Vector512.Load(key + k0 * Vector512<float>.Count);
                    sum_r0_k0 = Vector512.MultiplyAddEstimate(Vector512.Create(query[r0 * Stride]), key_k0, sum_r0_k0);
                    key += BlockKeys;
                }

                Put(sum_r0_k0, block + k0 * Vector512<float>.Count, score + r0 * RangeKeys + k0 * Vector512<float>.Count, group);
            }
        }
    }

    /// <summary>Stores the sums of a group times their scales, on top of those of the groups before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<float> sum, float* scales, float* score, int group)
    {
        if (ScaleGroups > 0)
        {
            Vector512<float> before = group == 0 ? Vector512<float>.Zero : Vector512.Load(score);
            sum = Vector512.MultiplyAddEstimate(sum, Vector512.Load(scales + group / GroupElements * BlockKeys), before);
        }

        sum.Store(score);
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
