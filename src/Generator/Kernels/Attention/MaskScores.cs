using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Hides the keys before a query's window: their scores become the lowest finite number, so that their weights are 0 beside any key that is
/// seen. A range without such a key has finite sums, and the next range, which has the larger score, takes them with the factor 0.
/// </summary>
internal static unsafe class MaskScores
{
    /// <param name="scores">Scores of neighbouring keys.</param>
    /// <param name="hidden">Keys that are hidden, from the first on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* scores, int hidden)
    {
        int i = 0;
        for (; i <= hidden - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512.Create(float.MinValue).Store(scores + i);
        }

        for (; i < hidden; i++)
        {
            scores[i] = float.MinValue;
        }
    }
}
