using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>x = min(max(x, -Bound), Bound).</summary>
internal static unsafe class Clamp
{
    private const float Bound = 8f;

    /// <param name="x">Length floats.</param>
    /// <param name="length">Number of floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, int length)
    {
        int i = 0;
        for (; i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> v = Vector512.Load(x + i);
            Vector512.Min(Vector512.Max(v, Vector512.Create(-Bound)), Vector512.Create(Bound)).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] = MathF.Min(MathF.Max(x[i], -Bound), Bound);
        }
    }
}
