using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Puts the key and the value of one position into the cache of one key/value head. Keys lie in blocks of 64 positions, each block
/// [HeadDimension][64]: a vector holds one dimension of neighbouring positions, so that scores need no sums across lanes. Values lie
/// [position][ValueStride].
/// </summary>
internal static unsafe class AppendKeyValue
{
    private const int HeadDimension = 64;
    private const int ValueStride = 64;         // HeadDimension rounded up to 16; the caller zeroed the padding once
    private const int BlockKeys = 64;

    /// <param name="key">HeadDimension floats.</param>
    /// <param name="value">HeadDimension floats.</param>
    /// <param name="keys">Key cache of the head.</param>
    /// <param name="values">Value cache of the head.</param>
    /// <param name="position">Position of the token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* key, float* value, float* keys, float* values, int position)
    {
        float* column = keys + (nint)(position / BlockKeys) * (BlockKeys * HeadDimension) + position % BlockKeys;
        for (int d = 0; d < HeadDimension; d++)
        {
            column[d * BlockKeys] = key[d];
        }

        float* row = values + (nint)position * ValueStride;
        for (int d = 0; d < HeadDimension / Vector512<float>.Count * Vector512<float>.Count; d += Vector512<float>.Count)
        {
            Vector512.Load(value + d).Store(row + d);
        }

        for (int d = HeadDimension / Vector512<float>.Count * Vector512<float>.Count; d < HeadDimension; d++)
        {
            row[d] = value[d];
        }
    }
}
