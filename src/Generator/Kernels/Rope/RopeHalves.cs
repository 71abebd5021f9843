using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Rotary position embedding of halves, in place: (xᵢ, xᵢ₊ₕ) with h = RotaryDimensions / 2 turns by the angle θᵢ of the position (GPT-NeoX,
/// Black et al. 2022). y = x · C + swap(x) · S, where swap exchanges the halves.
/// </summary>
internal static unsafe class RopeHalves
{
    private const int HeadDimension = 64;
    private const int RotaryDimensions = 64;    // the first so many of a head turn, the others stay; even
    private const int Half = RotaryDimensions / 2;

    /// <param name="heads">Heads of HeadDimension floats, one after the other.</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="angles">C: cos θ₀, cos θ₁, …, then S: sin θ₀, sin θ₁, …; RotaryDimensions / 2 floats each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* heads, int count, float* angles)
    {
        for (int i = 0; i < Half / Vector512<float>.Count * Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> c = Vector512.Load(angles + i);
            Vector512<float> s = Vector512.Load(angles + Half + i);
            float* pairs = heads + i;
            for (int head = 0; head < count; head++)
            {
                Vector512<float> first = Vector512.Load(pairs);
                Vector512<float> second = Vector512.Load(pairs + Half);
                Vector512.MultiplyAddEstimate(-second, s, first * c).Store(pairs);
                Vector512.MultiplyAddEstimate(first, s, second * c).Store(pairs + Half);
                pairs += HeadDimension;
            }
        }

        for (int i = Half / Vector512<float>.Count * Vector512<float>.Count; i < Half; i++)
        {
            float* pair = heads + i;
            for (int head = 0; head < count; head++)
            {
                float first = pair[0];
                float second = pair[Half];
                pair[0] = first * angles[i] - second * angles[Half + i];
                pair[Half] = second * angles[i] + first * angles[Half + i];
                pair += HeadDimension;
            }
        }
    }
}
