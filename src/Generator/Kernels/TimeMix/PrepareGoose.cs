using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// What the recurrence of RWKV-7 reads of a token, of one head, in place (Peng et al. 2025): w = e^(-σ(decay + bias) / √e),
/// a = σ(rate + bias); κ̂ = κ / max(│κ│, 10⁻¹²) of κ = k · removal scale, and κ̂ · a in place of the rate; k = k · (1 + (a - 1) · key scale);
/// v = v + (first - v) · σ(mix + bias), where first is the value of the first layer, which keeps it.
/// </summary>
internal static unsafe class PrepareGoose
{
    private const int Dimension = 64;       // a multiple of 16
    private const bool IsFirst = false;     // of the first layer: its values are kept, and not mixed

    /// <param name="decay">Dimension floats, as all others.</param>
    /// <param name="rate">Rates.</param>
    /// <param name="key">Keys.</param>
    /// <param name="value">Values.</param>
    /// <param name="mix">Mixes; not read in the first layer.</param>
    /// <param name="first">Values of the first layer, which receives them.</param>
    /// <param name="removal">Receives κ̂.</param>
    /// <param name="decayBias">Biases of decays.</param>
    /// <param name="rateBias">Biases of rates.</param>
    /// <param name="mixBias">Biases of mixes; not read in the first layer.</param>
    /// <param name="removalScale">See above.</param>
    /// <param name="keyScale">See above.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(
        float* decay,
        float* rate,
        float* key,
        float* value,
        float* mix,
        float* first,
        float* removal,
        float* decayBias,
        float* rateBias,
        float* mixBias,
        float* removalScale,
        float* keyScale)
    {
        // │κ│²
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < Dimension; i += Vector512<float>.Count)
        {
            Vector512<float> scaled = Vector512.Load(key + i) * Vector512.Load(removalScale + i);
            sum = Vector512.MultiplyAddEstimate(scaled, scaled, sum);
            scaled.Store(removal + i);
        }

        Vector512<float> scale = Vector512.Create(1f / MathF.Max(MathF.Sqrt(Vector512.Sum(sum)), 1e-12f));
        for (int i = 0; i < Dimension; i += Vector512<float>.Count)
        {
            // w = e^(-σ(decay + bias) / √e)
            Vector512<float> w = Sigmoid(Vector512.Load(decay + i) + Vector512.Load(decayBias + i));
            VectorMath.Exp(w * Vector512.Create(-0.60653066f)).Store(decay + i);

            // a, κ̂ and κ̂ · a
            Vector512<float> a = Sigmoid(Vector512.Load(rate + i) + Vector512.Load(rateBias + i));
            Vector512<float> removed = Vector512.Load(removal + i) * scale;
            removed.Store(removal + i);
            (removed * a).Store(rate + i);

            // k · (1 + (a - 1) · key scale)
            Vector512<float> ofKey = (a - Vector512<float>.One) * Vector512.Load(keyScale + i);
            (Vector512.Load(key + i) * (Vector512<float>.One + ofKey)).Store(key + i);

            // v + (first - v) · σ(mix + bias)
            Vector512<float> v = Vector512.Load(value + i);
            if (IsFirst)
            {
                v.Store(first + i);
            }
            else
            {
                Vector512<float> share = Sigmoid(Vector512.Load(mix + i) + Vector512.Load(mixBias + i));
                Vector512.MultiplyAddEstimate(Vector512.Load(first + i) - v, share, v).Store(value + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + VectorMath.Exp(-x));
}
