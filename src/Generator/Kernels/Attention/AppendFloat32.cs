using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Puts the key and the value of one position into the cache of one key/value head. Keys lie in blocks of 64 positions, each block
/// [Stride][64]: a vector holds one element of neighbouring positions, so that scores need no sums across lanes. Values lie
/// [position][Stride]. Elements behind the head are zeros.
/// </summary>
internal static unsafe class AppendFloat32
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // HeadDimension rounded up
    private const int BlockKeys = 64;
    private const bool HasValue = true;         // else values are not kept

    /// <param name="key">HeadDimension floats.</param>
    /// <param name="value">HeadDimension floats; not looked at where values are not kept.</param>
    /// <param name="keys">Keys of the head.</param>
    /// <param name="values">Values of the head.</param>
    /// <param name="position">Position of the token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* key, float* value, byte* keys, byte* values, int position)
    {
        float* column = (float*)keys + (nint)(position / BlockKeys) * (BlockKeys * Stride) + position % BlockKeys;
        float* row = (float*)values + (nint)position * Stride;
        for (int element = 0; element < Stride; element++)
        {
            column[element * BlockKeys] = element < HeadDimension ? key[element] : 0f;
        }

        if (!HasValue)
        {
            return;
        }

        int d = 0;
        for (; d <= HeadDimension - Vector512<float>.Count; d += Vector512<float>.Count)
        {
            Vector512.Load(value + d).Store(row + d);
        }

        for (; d < Stride; d++)
        {
            row[d] = d < HeadDimension ? value[d] : 0f;
        }
    }
}
