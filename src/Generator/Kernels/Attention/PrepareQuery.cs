using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>
/// q' = Scale · q in the order in which a cache of packed words has a key's elements: element i of part p of the head, which the append
/// kernel puts into word i, becomes element Parts · i + p. Elements behind the head are zeros.
/// </summary>
internal static unsafe class PrepareQuery
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // elements of a key in the cache; a multiple of Parts
    private const int Parts = 2;                // elements of a 32-bit word
    private const float Scale = 0.125f;

    /// <param name="query">HeadDimension floats.</param>
    /// <param name="prepared">Receives Stride floats; not the query itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* query, float* prepared)
    {
        for (int part = 0; part < Parts; part++)
        {
            for (int i = 0; i < Stride / Parts; i++)
            {
                int d = part * (Stride / Parts) + i;
                prepared[i * Parts + part] = d < HeadDimension ? query[d] * Scale : 0f;
            }
        }
    }
}
