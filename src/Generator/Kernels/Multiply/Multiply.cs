using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = x · factor.</summary>
internal static unsafe class Multiply
{
    /// <param name="x">Length floats.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float factor, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) * Vector512.Create(factor)).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] *= factor;
        }
    }
}
