using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Widens a block of a cache of 8-bit integers (see AppendInt8) for the kernels that read floats: the scales as they are, then of each
/// row of words the elements of the highest bytes first, those of the lowest last. A row is an element of 64 keys, or one value.
/// </summary>
internal static unsafe class UnpackInt8
{
    private const int RowWords = 64;
    private const int Scales = 64;

    /// <param name="block">Scales floats, then rows of RowWords words.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="floats">Receives Scales floats, then rows of 4 · RowWords floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* block, int rows, float* floats)
    {
        int* word = (int*)block;
        for (int i = 0; i < Scales; i += Vector512<float>.Count)
        {
            Vector512.Load(word + i).AsSingle().Store(floats + i);
        }

        word += Scales;
        floats += Scales;
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < RowWords; i += Vector512<float>.Count)
            {
                Vector512<int> words = Vector512.Load(word + i);
                Vector512.ConvertToSingle(words).Store(floats + i);
                Vector512.ConvertToSingle(words << 8).Store(floats + RowWords + i);
                Vector512.ConvertToSingle(words << 16).Store(floats + 2 * RowWords + i);
                Vector512.ConvertToSingle(words << 24).Store(floats + 3 * RowWords + i);
            }

            word += RowWords;
            floats += 4 * RowWords;
        }
    }
}
