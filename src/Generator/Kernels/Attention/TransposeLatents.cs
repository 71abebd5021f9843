using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// V[key][d] = scale[group][key] · K[d][key], d &lt; LatentLength: a block of 64 values that are the first elements of its keys, as a latent
/// attention keeps them (DeepSeek-AI 2024), in the order in which values are summed up. Elements behind them are zeros.
/// </summary>
internal static unsafe class TransposeLatents
{
    private const int LatentLength = 64;        // elements of a value; a multiple of 4
    private const int ValueStride = 64;         // the same, rounded up to 32
    private const int Parts = 1;                // element i of part p of a key is its row Parts · i + p
    private const int PartElements = 64;        // elements of a part; a multiple of 4
    private const int ScaleGroups = 0;          // groups of a key's rows that have a scale each; 0: no scales
    private const int GroupElements = 64;       // rows of a group
    private const int BlockKeys = 64;

    /// <param name="block">ScaleGroups rows of 64 scales, then a row of 64 floats an element.</param>
    /// <param name="count">Keys that are looked at; those of whole vectors are written.</param>
    /// <param name="values">Receives 64 rows of ValueStride floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* block, int count, float* values)
    {
        // Four elements at a time, which are of one part and share a scale.
        for (int d = 0; d < ValueStride; d += 4)
        {
            int row = d % PartElements * Parts + d / PartElements;
            float* scale = block + row / GroupElements * BlockKeys;
            float* element = block + (ScaleGroups + row) * BlockKeys;
            for (int key = 0; key < count; key += Vector512<float>.Count)
            {
                Vector512<float> first = Value(element + key, scale + key, d);
                Vector512<float> second = Value(element + Parts * BlockKeys + key, scale + key, d);
                Vector512<float> third = Value(element + 2 * Parts * BlockKeys + key, scale + key, d);
                Vector512<float> fourth = Value(element + 3 * Parts * BlockKeys + key, scale + key, d);
                Simd512.StoreTransposed(first, second, third, fourth, values + key * ValueStride + d, ValueStride);
            }
        }
    }

    /// <summary>An element of some keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Value(float* element, float* scale, int d)
    {
        if (d >= LatentLength)
        {
            return Vector512<float>.Zero;
        }

        return ScaleGroups > 0 ? Vector512.Load(element) * Vector512.Load(scale) : Vector512.Load(element);
    }
}
