using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = tanh(x), or x = σ(x): what stands between the factors of a low-rank function.</summary>
internal static unsafe class Squash
{
    private const bool IsTanh = true;

    /// <param name="x">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Apply(Vector512.Load(x + i)).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] = Apply(Vector512.Create(x[i])).ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Apply(Vector512<float> x) =>
        IsTanh ? VectorMath.Tanh(x) : Vector512<float>.One / (Vector512<float>.One + VectorMath.Exp(-x));
}
