using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = silu(gate) · up with silu(x) = x / (1 + e⁻ˣ), for 32 values (Shazeer 2020).</summary>
internal static unsafe class SwiGlu
{
    /// <param name="gate">32 floats.</param>
    /// <param name="up">32 floats.</param>
    /// <param name="y">Receives 32 floats; may be <paramref name="gate"/> or <paramref name="up"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* gate, float* up, float* y)
    {
        for (int i = 0; i < 32; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Load(gate + i);
            Vector512<float> silu = x / (Vector512<float>.One + VectorMath.Exp(-x));
            (silu * Vector512.Load(up + i)).Store(y + i);
        }
    }
}
