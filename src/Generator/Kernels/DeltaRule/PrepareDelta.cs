using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// What the gated delta rule reads of a token, in place (Yang et al. 2024): q = q / √((│q│² + ε) d) and k = k / √(│k│² + ε) of each key head,
/// β = σ(β) of each value head, and where it has one decay g = exp(rate · ln(1 + exp(g + bias))).
/// </summary>
internal static unsafe class PrepareDelta
{
    private const int KeyHeads = 2;
    private const int ValueHeads = 4;
    private const int HeadDecays = 4;           // ValueHeads; 0 where heads have not one decay each
    private const int KeyDimension = 128;       // a multiple of 16
    private const float Epsilon = 1E-06f;

    /// <param name="queries">KeyHeads heads of KeyDimension floats.</param>
    /// <param name="keys">As many.</param>
    /// <param name="beta">ValueHeads floats.</param>
    /// <param name="decay">HeadDecays floats.</param>
    /// <param name="bias">HeadDecays floats.</param>
    /// <param name="rate">HeadDecays floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* queries, float* keys, float* beta, float* decay, float* bias, float* rate)
    {
        for (int head = 0; head < KeyHeads; head++)
        {
            Scale(queries + head * KeyDimension, KeyDimension);
            Scale(keys + head * KeyDimension, 1f);
        }

        for (int head = 0; head < ValueHeads; head++)
        {
            beta[head] = 1f / (1f + MathF.Exp(-beta[head]));
        }

        for (int head = 0; head < HeadDecays; head++)
        {
            // ln(1 + eˣ) is x where eˣ is so large that the 1 does not count.
            float x = decay[head] + bias[head];
            float softplus = x > 20f ? x : MathF.Log(1f + MathF.Exp(x));
            decay[head] = MathF.Exp(rate[head] * softplus);
        }
    }

    /// <summary>x = x / √((│x│² + ε) · divisor).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* x, float divisor)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < KeyDimension; i += Vector512<float>.Count)
        {
            sum = Vector512.MultiplyAddEstimate(Vector512.Load(x + i), Vector512.Load(x + i), sum);
        }

        Vector512<float> scale = Vector512.Create(1f / MathF.Sqrt((Vector512.Sum(sum) + Epsilon) * divisor));
        for (int i = 0; i < KeyDimension; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) * scale).Store(x + i);
        }
    }
}
