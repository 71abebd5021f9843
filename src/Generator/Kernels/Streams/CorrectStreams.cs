using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// sᵢ = predictedᵢ + cᵢ · (first - predicted first) for four streams of which the first stands by itself (AltUp; Baykal et al. 2023).
/// </summary>
internal static unsafe class CorrectStreams
{
    private const int Length = 256;

    /// <param name="first">Length floats: what the layer made of the first stream; receives that stream.</param>
    /// <param name="others">The three others as they were predicted, Length floats each; receives them.</param>
    /// <param name="c">A coefficient a stream.</param>
    /// <param name="scale">Length factors.</param>
    /// <param name="predicted">The first stream as it was predicted; receives the first stream times the factors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* first, float* others, float* c, float* scale, float* predicted)
    {
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> own = Vector512.Load(predicted + i);
            Vector512<float> added = Vector512.Load(first + i) - own;
            Vector512<float> sum = own + Vector512.Create(c[0]) * added;
            sum.Store(first + i);
            (sum * Vector512.Load(scale + i)).Store(predicted + i);
            (Vector512.Load(others + i) + Vector512.Create(c[1]) * added).Store(others + i);
            (Vector512.Load(others + Length + i) + Vector512.Create(c[2]) * added).Store(others + Length + i);
            (Vector512.Load(others + 2 * Length + i) + Vector512.Create(c[3]) * added).Store(others + 2 * Length + i);
        }

        for (int i = whole; i < Length; i++)
        {
            float added = first[i] - predicted[i];
            first[i] = predicted[i] + c[0] * added;
            predicted[i] = first[i] * scale[i];
            others[i] += c[1] * added;
            others[Length + i] += c[2] * added;
            others[2 * Length + i] += c[3] * added;
        }
    }
}
