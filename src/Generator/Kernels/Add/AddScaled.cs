using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = y + scale · x: a branch of a block where the model scales branches, or the output of an expert.</summary>
internal static unsafe class AddScaled
{
    /// <param name="y">Length floats.</param>
    /// <param name="x">Length floats.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* y, float* x, float scale, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512.MultiplyAddEstimate(Vector512.Load(x + i), Vector512.Create(scale), Vector512.Load(y + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] += scale * x[i];
        }
    }
}
