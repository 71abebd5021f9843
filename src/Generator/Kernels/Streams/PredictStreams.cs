using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>sᵢ += Σⱼ cᵢⱼ · sⱼ for four streams of which the first stands by itself (AltUp; Baykal et al. 2023).</summary>
internal static unsafe class PredictStreams
{
    private const int Length = 256;

    /// <param name="first">Length floats: the first stream.</param>
    /// <param name="others">The three others, Length floats each.</param>
    /// <param name="c">16 coefficients, those of a stream behind each other.</param>
    /// <param name="predicted">Receives a copy of the first stream as it is then.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* first, float* others, float* c, float* predicted)
    {
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> s = Vector512.Load(first + i);
            Vector512<float> t = Vector512.Load(others + i);
            Vector512<float> u = Vector512.Load(others + Length + i);
            Vector512<float> v = Vector512.Load(others + 2 * Length + i);
            Vector512<float> sum = Sum(s, c, s, t, u, v);
            sum.Store(first + i);
            sum.Store(predicted + i);
            Sum(t, c + 4, s, t, u, v).Store(others + i);
            Sum(u, c + 8, s, t, u, v).Store(others + Length + i);
            Sum(v, c + 12, s, t, u, v).Store(others + 2 * Length + i);
        }

        for (int i = whole; i < Length; i++)
        {
            float s = first[i];
            float t = others[i];
            float u = others[Length + i];
            float v = others[2 * Length + i];
            first[i] = s + (c[0] * s + c[1] * t + (c[2] * u + c[3] * v));
            predicted[i] = first[i];
            others[i] = t + (c[4] * s + c[5] * t + (c[6] * u + c[7] * v));
            others[Length + i] = u + (c[8] * s + c[9] * t + (c[10] * u + c[11] * v));
            others[2 * Length + i] = v + (c[12] * s + c[13] * t + (c[14] * u + c[15] * v));
        }
    }

    // own + c · (s, t, u, v)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(
        Vector512<float> own, float* c, Vector512<float> s, Vector512<float> t, Vector512<float> u, Vector512<float> v)
    {
        Vector512<float> first = Vector512.Create(c[0]) * s + Vector512.Create(c[1]) * t;
        Vector512<float> second = Vector512.Create(c[2]) * u + Vector512.Create(c[3]) * v;
        return own + (first + second);
    }
}
