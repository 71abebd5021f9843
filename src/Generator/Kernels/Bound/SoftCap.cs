using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = Bound · tanh(x / Bound) (Gemma Team 2024), for scores and logits.</summary>
internal static unsafe class SoftCap
{
    private const float Bound = 50f;

    /// <param name="x">Length floats; those up to the end of the last vector are changed too.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, int length)
    {
        for (int i = 0; i < length; i += Vector512<float>.Count)
        {
            Vector512<float> ratio = Vector512.Load(x + i) * Vector512.Create(1f / Bound);
            (VectorMath.Tanh(ratio) * Vector512.Create(Bound)).Store(x + i);
        }
    }
}
