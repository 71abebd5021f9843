using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// What becomes of a token's output of one head of a time mixing (Peng et al. 2024 and 2025), in place, the parts that the model has:
/// y = ((y - mean(y)) / √(variance(y) + ε) · weight + bias + v · Σ r · k · bonus) · gate, the gate as it is or SiLU(gate).
/// </summary>
internal static unsafe class FinishTimeMix
{
    private const int Dimension = 64;       // a multiple of 16
    private const float Epsilon = 64E-05f;
    private const bool HasNorm = true;
    private const bool HasBonus = true;
    private const bool HasGate = true;
    private const bool IsSilu = false;      // the gate is SiLU(gate)

    /// <param name="y">Dimension floats, as all others, of which those are not read that belong to a part that is not there.</param>
    /// <param name="weight">Weights of the norm.</param>
    /// <param name="bias">Biases of the norm.</param>
    /// <param name="receptance">r.</param>
    /// <param name="key">k.</param>
    /// <param name="value">v.</param>
    /// <param name="bonus">See above.</param>
    /// <param name="gate">See above.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* y, float* weight, float* bias, float* receptance, float* key, float* value, float* bonus, float* gate)
    {
        // mean = Σ y / Dimension, Σ r · k · bonus
        Vector512<float> sums = Vector512<float>.Zero;
        Vector512<float> own = Vector512<float>.Zero;
        for (int i = 0; i < Dimension; i += Vector512<float>.Count)
        {
            sums = HasNorm ? sums + Vector512.Load(y + i) : sums;
            if (HasBonus)
            {
                Vector512<float> product = Vector512.Load(receptance + i) * Vector512.Load(key + i);
                own = Vector512.MultiplyAddEstimate(product, Vector512.Load(bonus + i), own);
            }
        }

        // variance = Σ (y - mean)² / Dimension
        Vector512<float> mean = Vector512.Create(Vector512.Sum(sums) / Dimension);
        Vector512<float> squares = Vector512<float>.Zero;
        for (int i = 0; HasNorm && i < Dimension; i += Vector512<float>.Count)
        {
            Vector512<float> deviation = Vector512.Load(y + i) - mean;
            squares = Vector512.MultiplyAddEstimate(deviation, deviation, squares);
        }

        Vector512<float> scale = Vector512.Create(1f / MathF.Sqrt(Vector512.Sum(squares) / Dimension + Epsilon));
        Vector512<float> ofValue = Vector512.Create(Vector512.Sum(own));
        for (int i = 0; i < Dimension; i += Vector512<float>.Count)
        {
            Vector512<float> result = Vector512.Load(y + i);
            if (HasNorm)
            {
                result = (result - mean) * scale * Vector512.Load(weight + i) + Vector512.Load(bias + i);
            }

            result = HasBonus ? Vector512.MultiplyAddEstimate(ofValue, Vector512.Load(value + i), result) : result;
            if (HasGate)
            {
                Vector512<float> factor = Vector512.Load(gate + i);
                result *= IsSilu ? ActivationMath.Silu(factor) : factor;
            }

            result.Store(y + i);
        }
    }
}
