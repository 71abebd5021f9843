using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>The activation functions of feed-forward networks.</summary>
internal static unsafe class ActivationMath
{
    /// <summary>x / (1 + e⁻ˣ) (Elfwing et al. 2018).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => x / (Vector512<float>.One + VectorMath.Exp(-x));

    /// <summary>
    /// ½x · (1 + tanh u) with u = √(2/π) · (x + 0.044715x³), the approximation of x · Φ(x) that models are trained with (Hendrycks and
    /// Gimpel 2016); since 1 + tanh u = 2 / (1 + e⁻²ᵘ), it is x / (1 + e⁻²ᵘ).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        // -2√(2/π) and 0.044715 times that.
        Vector512<float> square = x * x;
        Vector512<float> slope = Vector512.MultiplyAddEstimate(square, Vector512.Create(-0.0713548163f), Vector512.Create(-1.59576912f));
        return x / (Vector512<float>.One + VectorMath.Exp(x * slope));
    }

    /// <summary>max(x, 0)² (So et al. 2021).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SquaredRelu(Vector512<float> x)
    {
        Vector512<float> positive = Vector512.Max(x, Vector512<float>.Zero);
        return positive * positive;
    }

    /// <summary>g · σ(1.702 g) with g = min(x, 7), the gate of gpt-oss (OpenAI 2025).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ClampedSwish(Vector512<float> x)
    {
        Vector512<float> g = Vector512.Min(x, Vector512.Create(7f));
        return g / (Vector512<float>.One + VectorMath.Exp(g * Vector512.Create(-1.702f)));
    }

    /// <summary>u + 1 with u = x between -7 and 7, what it is multiplied with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ClampedPlusOne(Vector512<float> x) =>
        Vector512.Max(Vector512.Min(x, Vector512.Create(7f)), Vector512.Create(-7f)) + Vector512<float>.One;
}
