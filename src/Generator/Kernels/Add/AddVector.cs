using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = y + b, the bias of a projection.</summary>
internal static unsafe class AddVector
{
    /// <param name="y">Length floats.</param>
    /// <param name="b">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* y, float* b, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Load(y + i) + Vector512.Load(b + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] += b[i];
        }
    }
}
