using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = y + Scale · x: a branch of a block, where the model scales branches.</summary>
internal static unsafe class AddScaled
{
    private const float Scale = 0.22f;

    /// <param name="y">Length floats.</param>
    /// <param name="x">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* y, float* x, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512.MultiplyAddEstimate(Vector512.Load(x + i), Vector512.Create(Scale), Vector512.Load(y + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] += Scale * x[i];
        }
    }
}
