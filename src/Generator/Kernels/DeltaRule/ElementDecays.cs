using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The decays of a delta rule in which each element of a key has one, in place (Kimi Team 2025, Kimi Linear):
/// g = exp(rate · ln(1 + exp(g + bias))), the rate being the head's.
/// </summary>
internal static unsafe class ElementDecays
{
    private const int Heads = 4;
    private const int KeyDimension = 128; // a multiple of 16

    /// <param name="decay">Heads · KeyDimension floats.</param>
    /// <param name="bias">As many.</param>
    /// <param name="rate">Heads floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* decay, float* bias, float* rate)
    {
        for (int head = 0; head < Heads; head++)
        {
            Vector512<float> ofHead = Vector512.Create(rate[head]);
            float* g = decay + head * KeyDimension;
            float* b = bias + head * KeyDimension;
            for (int i = 0; i < KeyDimension; i += Vector512<float>.Count)
            {
                Vector512<float> softplus = SoftplusMath.Softplus(Vector512.Load(g + i) + Vector512.Load(b + i));
                VectorMath.Exp(ofHead * softplus).Store(g + i);
            }
        }
    }
}
