using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = x · y, float by float.</summary>
internal static unsafe class MultiplyVector
{
    /// <param name="x">Length floats.</param>
    /// <param name="y">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* y, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) * Vector512.Load(y + i)).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] *= y[i];
        }
    }
}
