using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// q' = Scale · q for a cache of floats, which has a key's elements in their own order. Elements behind the head are zeros.
/// </summary>
internal static unsafe class ScaleQuery
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // elements of a key in the cache
    private const float Scale = 0.125f;

    /// <param name="query">HeadDimension floats.</param>
    /// <param name="prepared">Receives Stride floats; not the query itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* query, float* prepared)
    {
        int d = 0;
        for (; d <= HeadDimension - Vector512<float>.Count; d += Vector512<float>.Count)
        {
            (Vector512.Load(query + d) * Vector512.Create(Scale)).Store(prepared + d);
        }

        for (; d < Stride; d++)
        {
            prepared[d] = d < HeadDimension ? query[d] * Scale : 0f;
        }
    }
}
