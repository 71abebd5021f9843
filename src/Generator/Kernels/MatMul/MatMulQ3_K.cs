using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q3_K matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulQ3_K
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 1760;         // 256 columns: 16 half scales, 3 words of 16 rows, 8 blocks of 192 bytes

    // Tile t: 8, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, four of scales, five temporaries, one output a token.
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
        Vector512<byte> two = Vector512.Create((byte)3);
        Vector512<byte> third = Vector512.Create((byte)4);

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip;
            byte* q = x;
            byte* e = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int quarter = 0; quarter < Columns / 64; quarter++)
            {
                int word = quarter % 4;
                Vector512<float> d = VectorMath.LoadHalf(tile + part / 2);

                // Six-bit scales of four runs of 16 columns, a byte each: low halves, and two high bits.
                Vector512<int> scales = Vector512.Load((int*)(tile + 32 + word % 2 * 64 + part)) >>> (word / 2 * 4);
                Vector512<int> highs = Vector512.Load((int*)(tile + 160 + part)) >>> (word * 2);
                scales = (scales & Vector512.Create(0x0F0F0F0F)) | ((highs & Vector512.Create(0x03030303)) << 4);
                byte* group = tile + 224 + word * 384 + part;
                for (int block = 0; block < 2; block++)
                {
                    if (PrefetchBytes != 0 && part == 0)
                    {
                        Simd512.PrefetchBlock(group + PrefetchBytes, 192, everyLine);
                    }

                    // Bit pair g of a byte is a column of group g; bit g of the third bits, or g + 4, belongs to it.
                    Vector512<byte> low = Vector512.Load(group);
                    Vector512<byte> high = Vector512.Load(group + 64);
                    Vector512<byte> bits = Vector512.Load(group + 128);
                    Vector512<byte> first = (low & two) | ((bits.AsUInt16() << 2).AsByte() & third);
                    Vector512<byte> second = ((low.AsUInt16() >>> 2).AsByte() & two) | ((bits.AsUInt16() << 1).AsByte() & third);
                    Vector512<byte> next = ((low.AsUInt16() >>> 4).AsByte() & two) | (bits & third);
                    Vector512<byte> fourth = ((low.AsUInt16() >>> 6).AsByte() & two) | ((bits.AsUInt16() >>> 1).AsByte() & third);
                    Vector512<byte> fifth = (high & two) | ((bits.AsUInt16() >>> 2).AsByte() & third);
                    Vector512<byte> sixth = ((high.AsUInt16() >>> 2).AsByte() & two) | ((bits.AsUInt16() >>> 3).AsByte() & third);
                    Vector512<byte> seventh = ((high.AsUInt16() >>> 4).AsByte() & two) | ((bits.AsUInt16() >>> 4).AsByte() & third);
                    Vector512<byte> eighth = ((high.AsUInt16() >>> 6).AsByte() & two) | ((bits.AsUInt16() >>> 5).AsByte() & third);

                    // The two scales of the block's halves: each in both words of its lane, and four times both side by side.
                    Vector512<short> lower = BothWords((scales & Vector512.Create(0xFF)) - Vector512.Create(32));
                    Vector512<short> upper = BothWords(((scales >>> 8) & Vector512.Create(0xFF)) - Vector512.Create(32));
                    Vector512<short> bias = BesideEachOther(lower, upper) << 2;

                    Vector512<int> dot_t0 = Dot(first, second, next, fourth, lower, q + t0 * InputStride);
                    dot_t0 += Dot(fifth, sixth, seventh, eighth, upper, q + t0 * InputStride + 16);
                    y_t0 = AddBlock(y_t0, dot_t0, bias, d, e + t0 * InputStride);
                    scales >>>= 16;
                    group += 192;
                    q += 32;
                    e += 4;
                }

                tile += word == 3 ? TileBytes : 0;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>A small number in both words of its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> BothWords(Vector512<int> number) => ((number & Vector512.Create(0xFFFF)) | (number << 16)).AsInt16();

    /// <summary>The low words of two vectors in one, the first one's below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> BesideEachOther(Vector512<short> lower, Vector512<short> upper) =>
        ((lower.AsInt32() & Vector512.Create(0xFFFF)) | (upper.AsInt32() << 16)).AsInt16();

    /// <summary>
    /// scale · Σ w·x of sixteen columns, exactly. Weights are stored as w + 4, at most 7: the 16-bit sums stay within
    /// 4 · 2 · 7 · 127 = 7112, and the multiplication with the scale widens them.
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
        return Simd512.MultiplyAddAdjacent(even + odd, scale);
    }

    /// <summary>y + d_w · d_x · (dot - Σ 4 · scale · Σ x), with the sums of sixteen x behind the row's scales and biases.</summary>
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
