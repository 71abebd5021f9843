using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = x · σ(gate): the gate behind an attention (Qiu et al. 2025).</summary>
internal static unsafe class MultiplySigmoid
{
    /// <param name="x">Length floats.</param>
    /// <param name="gate">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* gate, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) / (Vector512<float>.One + VectorMath.Exp(-Vector512.Load(gate + i)))).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] /= 1f + VectorMath.Exp(Vector512.Create(-gate[i])).ToScalar();
        }
    }
}
