using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q6_K matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulQ6_K
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 3360;         // 256 columns: 16 half scales, 8 × 16 pairs of scales, 8 blocks of 384 bytes
    private const int BlockBytes = 384;         // 4 groups of 16 rows × (4 + 4) low halves, 2 groups of 16 rows × 16 high bit pairs

    // Tile t: 8, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, four of scales, six temporaries, one output a token.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 256 tiles.</param>
    /// <param name="x">Rows of bytes of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;
        Vector512<byte> lowHalf = Vector512.Create((byte)15);
        Vector512<byte> highBits = Vector512.Create((byte)48);

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip;
            byte* input = x;
            byte* scale = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
            {
                Vector512<float> d = VectorMath.LoadHalf(tile + part / 2);
                byte* pairs = tile + 32 + part / 2;
                byte* group = tile + 288 + part;
                for (int block = 0; block < 8; block++)
                {
                    if (PrefetchBytes != 0 && part == 0)
                    {
                        Simd512.PrefetchBlock(group + PrefetchBytes, BlockBytes, everyLine);
                    }

                    // Low halves as in Q4_0; of the 16 columns whose high bits stand in one vector, four columns a pair of bits.
                    Vector512<byte> bits = Vector512.Load(group + 256);
                    Vector512<byte> low = Vector512.Load(group);
                    Vector512<byte> first = (low & lowHalf) | ((bits.AsUInt16() << 4).AsByte() & highBits);
                    Vector512<byte> fifth = (low.AsUInt16() >>> 4).AsByte() & lowHalf;
                    low = Vector512.Load(group + 64);
                    Vector512<byte> second = (low & lowHalf) | ((bits.AsUInt16() << 2).AsByte() & highBits);
                    Vector512<byte> sixth = (low.AsUInt16() >>> 4).AsByte() & lowHalf;
                    low = Vector512.Load(group + 128);
                    Vector512<byte> third = (low & lowHalf) | (bits & highBits);
                    Vector512<byte> seventh = (low.AsUInt16() >>> 4).AsByte() & lowHalf;
                    low = Vector512.Load(group + 192);
                    Vector512<byte> fourth = (low & lowHalf) | ((bits.AsUInt16() >>> 2).AsByte() & highBits);
                    Vector512<byte> eighth = (low.AsUInt16() >>> 4).AsByte() & lowHalf;
                    bits = Vector512.Load(group + 320);
                    fifth |= (bits.AsUInt16() << 4).AsByte() & highBits;
                    sixth |= (bits.AsUInt16() << 2).AsByte() & highBits;
                    seventh |= bits & highBits;
                    eighth |= (bits.AsUInt16() >>> 2).AsByte() & highBits;

                    // The two scales of a row, of 16 columns each: a pair of words, and each in both halves of its lane.
                    Vector512<int> pair = Simd512.LoadSignedBytes(pairs).AsInt32();
                    Vector512<short> lower = ((pair << 16) | (pair & Vector512.Create(0xFFFF))).AsInt16();
                    Vector512<short> upper = ((pair >>> 16) | (pair & Vector512.Create(unchecked((int)0xFFFF0000)))).AsInt16();
                    Vector512<short> bias = pair.AsInt16() << 5;

                    Vector512<int> dot_t0 = Dot(first, second, third, fourth, lower, input + t0 * InputStride);
                    dot_t0 += Dot(fifth, sixth, seventh, eighth, upper, input + t0 * InputStride + 16);
                    y_t0 = AddBlock(y_t0, dot_t0, bias, d, scale + t0 * InputStride);
                    pairs += 32;
                    group += BlockBytes;
                    input += 32;
                    scale += 4;
                }

                tile += TileBytes;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// scale · Σ (w + 32)·x of sixteen columns, exactly. Weights are stored as w + 32, at most 63: two products fit a 16-bit sum
    /// (2 · 2 · 63 · 127 = 32004), and the multiplication with the scale widens it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(
        Vector512<byte> first, Vector512<byte> second, Vector512<byte> third, Vector512<byte> fourth, Vector512<short> scale, byte* x)
    {
        if (HasDot)
        {
            return Simd512.AddQuads(Vector512<int>.Zero, first, second, third, fourth, x) * (scale.AsInt32() >> 16);
        }

        Vector512<short> even = Simd512.MultiplyAddAdjacent(first, Vector512.Create(*(int*)x).AsSByte());
        Vector512<short> odd = Simd512.MultiplyAddAdjacent(second, Vector512.Create(*(int*)(x + 4)).AsSByte());
        Vector512<short> nextEven = Simd512.MultiplyAddAdjacent(third, Vector512.Create(*(int*)(x + 8)).AsSByte());
        Vector512<short> nextOdd = Simd512.MultiplyAddAdjacent(fourth, Vector512.Create(*(int*)(x + 12)).AsSByte());
        even += nextEven;
        odd += nextOdd;
        return Simd512.MultiplyAddAdjacent(even, scale) + Simd512.MultiplyAddAdjacent(odd, scale);
    }

    /// <summary>y + d_w · d_x · (dot - Σ 32 · scale · Σ x), with the sums of sixteen x behind the row's scales and biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<int> dot, Vector512<short> bias, Vector512<float> d, byte* scale)
    {
        dot -= Simd512.MultiplyAddAdjacent(bias, Vector512.Create(*(int*)(scale + 2 * (Columns / 8))).AsInt16());
        return Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(dot) * Vector512.Create(*(float*)scale), d, y);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
