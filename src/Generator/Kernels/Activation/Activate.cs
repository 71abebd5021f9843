using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = f(x), or y = f(x) · factor where the network is gated (Shazeer 2020), for 32 values.</summary>
internal static unsafe class Activate
{
    // One of these, or none of them: f(x) = x.
    private const bool IsSilu = true;
    private const bool IsGelu = false;
    private const bool IsExactGelu = false;
    private const bool IsSquaredRelu = false;
    private const bool IsRelu = false;
    private const bool IsClampedSwiGlu = false; // f(x) and what becomes of the factor
    private const bool IsGated = true;

    /// <param name="x">32 floats.</param>
    /// <param name="factor">32 floats; not read where there is no gate.</param>
    /// <param name="y">Receives 32 floats; may be <paramref name="x"/> or <paramref name="factor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* factor, float* y)
    {
        for (int i = 0; i < 32; i += Vector512<float>.Count)
        {
            Vector512<float> f = Vector512.Load(x + i);
            f = IsSilu ? ActivationMath.Silu(f) : f;
            f = IsGelu ? ActivationMath.Gelu(f) : f;
            f = IsExactGelu ? ActivationMath.ExactGelu(f) : f;
            f = IsSquaredRelu ? ActivationMath.SquaredRelu(f) : f;
            f = IsRelu ? Vector512.Max(f, Vector512<float>.Zero) : f;
            f = IsClampedSwiGlu ? ActivationMath.ClampedSwish(f) : f;
            if (IsGated)
            {
                Vector512<float> g = Vector512.Load(factor + i);
                f *= IsClampedSwiGlu ? ActivationMath.ClampedPlusOne(g) : g;
            }

            f.Store(y + i);
        }
    }
}
