using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Rotary position embedding of adjacent pairs, in place: (x₂ᵢ, x₂ᵢ₊₁) turns by the angle θᵢ of the position (RoFormer, Su et al. 2021).
/// y = x · C + swap(x) · S, where swap exchanges the two of a pair.
/// </summary>
internal static unsafe class RopeAdjacent
{
    private const int HeadDimension = 64;
    private const int RotaryDimensions = 64;    // the first so many of a head turn, the others stay; even

    /// <param name="heads">Heads of HeadDimension floats, one after the other.</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="angles">
    /// C: cos θ₀, cos θ₀, cos θ₁, cos θ₁, …, then S: -sin θ₀, sin θ₀, -sin θ₁, sin θ₁, …; RotaryDimensions floats each.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* heads, int count, float* angles)
    {
        for (int i = 0; i < RotaryDimensions / Vector512<float>.Count * Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> c = Vector512.Load(angles + i);
            Vector512<float> s = Vector512.Load(angles + RotaryDimensions + i);
            float* pairs = heads + i;
            for (int head = 0; head < count; head++)
            {
                Vector512<float> x = Vector512.Load(pairs);
                Vector512.MultiplyAddEstimate(Simd512.SwapNeighbours(x), s, x * c).Store(pairs);
                pairs += HeadDimension;
            }
        }

        for (int i = RotaryDimensions / Vector512<float>.Count * Vector512<float>.Count; i < RotaryDimensions; i += 2)
        {
            float* pair = heads + i;
            for (int head = 0; head < count; head++)
            {
                float first = pair[0];
                float second = pair[1];
                pair[0] = first * angles[i] + second * angles[RotaryDimensions + i];
                pair[1] = second * angles[i + 1] + first * angles[RotaryDimensions + i + 1];
                pair += HeadDimension;
            }
        }
    }
}
