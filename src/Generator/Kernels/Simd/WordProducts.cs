using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Σ w·x of weights that are signed bytes, widened to words, exactly: the products of two signed bytes fit no 16-bit sum, and halves of the
/// weights as unsigned bytes would take as many instructions and more to join them.
/// </summary>
internal static unsafe class WordProducts
{
    /// <summary>
    /// Adds the products of eight columns, two a vector. Two products, then two sums: where each product is followed by its sum, the sums
    /// take turns on the multipliers' ports.
    /// </summary>
    /// <param name="sum">Sums so far.</param>
    /// <param name="first">Weights of two columns.</param>
    /// <param name="second">Weights of the next two.</param>
    /// <param name="third">Weights of two columns that stand further on in the row.</param>
    /// <param name="fourth">Weights of the next two.</param>
    /// <param name="x">Activations of the first four columns.</param>
    /// <param name="next">Bytes from there to those of the other four.</param>
    /// <param name="hasDot">
    /// Whether weights and activations are bytes instead, four columns of each row in the order 0, 2, 1, 3: <paramref name="first"/> has
    /// the first four columns and <paramref name="third"/> the other four.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum,
        Vector512<short> first, Vector512<short> second, Vector512<short> third, Vector512<short> fourth,
        byte* x,
        int next,
        bool hasDot)
    {
        if (hasDot)
        {
            return Simd512.AddQuads(Simd512.AddQuads(sum, first.AsByte(), x), third.AsByte(), x + next / 2);
        }

        Vector512<int> even = Simd512.MultiplyAddAdjacent(first, Vector512.Create(*(int*)x).AsInt16());
        Vector512<int> odd = Simd512.MultiplyAddAdjacent(second, Vector512.Create(*(int*)(x + 4)).AsInt16());
        Vector512<int> nextEven = Simd512.MultiplyAddAdjacent(third, Vector512.Create(*(int*)(x + next)).AsInt16());
        Vector512<int> nextOdd = Simd512.MultiplyAddAdjacent(fourth, Vector512.Create(*(int*)(x + next + 4)).AsInt16());
        even += nextEven;
        odd += nextOdd;
        sum += even;
        return sum + odd;
    }
}
