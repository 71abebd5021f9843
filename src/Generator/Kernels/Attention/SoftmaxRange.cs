using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The softmax of one row over one range of keys, not yet normalised: m = max s, p[key] = e^(s[key] - m), l = Σ p. Weights come back times
/// the scale of their value, where values have scales. Starts the row's sums.
/// </summary>
internal static unsafe class SoftmaxRange
{
    private const int Stride = 64;
    private const int SumFloats = Stride + 16;  // Stride sums, then m and l
    private const bool HasScales = false;
    private const int BlockKeys = 64;
    private const int BlockBytes = 16384;       // from the scales of one block of values to those of the next

    /// <param name="scores">Scores of the range; receives the weights.</param>
    /// <param name="values">Values of the range.</param>
    /// <param name="visible">Keys that the row sees, at least 1.</param>
    /// <param name="count">Keys that rows beside it see: weights from visible to count become 0.</param>
    /// <param name="sums">Receives Stride zeros, m and l.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* scores, byte* values, int visible, int count, float* sums)
    {
        Vector512<float> largest = Vector512.Create(float.NegativeInfinity);
        int whole = visible / Vector512<float>.Count * Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            largest = Vector512.MaxNative(largest, Vector512.Load(scores + i));
        }

        Vector512<int> seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(visible - whole));
        if (whole < visible)
        {
            Vector512<float> unseen = Vector512.Create(float.NegativeInfinity);
            Vector512<float> s = Vector512.ConditionalSelect(seen.AsSingle(), Vector512.Load(scores + whole), unseen);
            s.Store(scores + whole);
            largest = Vector512.MaxNative(largest, s);
        }

        float maximum = Simd512.LargestLane(largest);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < visible; i += Vector512<float>.Count)
        {
            Vector512<float> p = VectorMath.Exp(Vector512.Load(scores + i) - Vector512.Create(maximum));
            sum += p;
            if (HasScales)
            {
                // What lies behind the last key is of an earlier text.
                p *= Vector512.Load((float*)(values + i / BlockKeys * BlockBytes) + i % BlockKeys);
                p = i < whole ? p : Vector512.ConditionalSelect(seen.AsSingle(), p, Vector512<float>.Zero);
            }

            p.Store(scores + i);
        }

        for (int i = visible; i < count; i++)
        {
            scores[i] = 0f;
        }

        for (int i = 0; i < Stride; i += Vector512<float>.Count)
        {
            Vector512<float>.Zero.Store(sums + i);
        }

        sums[Stride] = maximum;
        sums[Stride + 1] = Vector512.Sum(sum);
    }
}
