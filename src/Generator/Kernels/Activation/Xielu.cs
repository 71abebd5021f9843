using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// xIELU (Huang and Schlag 2025) of 32 values in place: x = αp·x² + β·x where x is positive, else αn·(e^min(x, ε) - 1 - x) + β·x. The four
/// parameters are trained, a set a layer.
/// </summary>
internal static unsafe class Xielu
{
    /// <param name="x">32 floats.</param>
    /// <param name="alphaPositive">αp.</param>
    /// <param name="alphaNegative">αn.</param>
    /// <param name="beta">β.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float alphaPositive, float alphaNegative, float beta, float epsilon)
    {
        for (int i = 0; i < 32; i += Vector512<float>.Count)
        {
            Vector512<float> v = Vector512.Load(x + i);
            Vector512<float> power = VectorMath.Exp(Vector512.Min(v, Vector512.Create(epsilon)));
            Vector512<float> positive = v * v * Vector512.Create(alphaPositive);
            Vector512<float> negative = (power - Vector512<float>.One - v) * Vector512.Create(alphaNegative);
            Vector512<float> isPositive = Vector512.GreaterThan(v, Vector512<float>.Zero);
            Vector512<float> curve = Vector512.ConditionalSelect(isPositive, positive, negative);
            Vector512.MultiplyAddEstimate(v, Vector512.Create(beta), curve).Store(x + i);
        }
    }
}
