using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = max(y, x + b): called once a row, it leaves the largest that each element has been. A NaN stays.</summary>
internal static unsafe class TakeLargest
{
    private const bool HasBias = true;

    /// <param name="y">Length floats.</param>
    /// <param name="x">Length floats.</param>
    /// <param name="b">Length floats; not read where HasBias is false.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* y, float* x, float* b, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> sum = Vector512.Load(x + i);
            sum = HasBias ? sum + Vector512.Load(b + i) : sum;
            Vector512.Max(Vector512.Load(y + i), sum).Store(y + i);
        }

        for (; i < length; i++)
        {
            float sum = HasBias ? x[i] + b[i] : x[i];
            y[i] = MathF.Max(y[i], sum);
        }
    }
}
