using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of an NVFP4 matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulNVFP4
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 576;          // 64 columns: 16 rows × 4 scales, then 2 blocks of 4 groups of 16 rows × (4 + 4) columns

    // Tile t: 16, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, two of scales, four temporaries, one output a
    // token. At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 64 tiles.</param>
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

        // Twice the value of each four-bit float, and 12.
        Vector512<byte> table = Simd512.Table(Vector128.Create((byte)12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip + part;
            byte* q = x;
            byte* e = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int block = 0; block < Columns / 64; block++)
            {
                // Scales of four runs of 16 columns, a byte each.
                Vector512<int> scales = Vector512.Load((int*)tile);
                byte* group = tile + 64;
                for (int half = 0; half < 2; half++)
                {
                    if (PrefetchBytes != 0 && part == 0)
                    {
                        Simd512.PrefetchBlock(group + PrefetchBytes, TileBytes / 2, everyLine);
                    }

                    // Low halves are columns 4g to 4g + 3, high ones 16 more.
                    Vector512<byte> numbers = Vector512.Load(group);
                    Vector512<byte> low0 = Simd512.LookUp(table, numbers & lowHalf);
                    Vector512<byte> high0 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                    numbers = Vector512.Load(group + 64);
                    Vector512<byte> low1 = Simd512.LookUp(table, numbers & lowHalf);
                    Vector512<byte> high1 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                    numbers = Vector512.Load(group + 128);
                    Vector512<byte> low2 = Simd512.LookUp(table, numbers & lowHalf);
                    Vector512<byte> high2 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                    numbers = Vector512.Load(group + 192);
                    Vector512<byte> low3 = Simd512.LookUp(table, numbers & lowHalf);
                    Vector512<byte> high3 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                    Vector512<float> lower = Scale(scales & Vector512.Create(127));
                    Vector512<float> upper = Scale((scales >>> 8) & Vector512.Create(127));

                    y_t0 = Add(y_t0, low0, low1, low2, low3, lower, q + t0 * InputStride, e + t0 * InputStride, 0);
                    y_t0 = Add(y_t0, high0, high1, high2, high3, upper, q + t0 * InputStride + 16, e + t0 * InputStride, 1);
                    scales >>>= 16;
                    group += 256;
                    q += 32;
                    e += 4;
                }

                tile += TileBytes;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>Half of what a byte means as E4M3: (1 + m / 8) · 2^(e - 8), or m · 2⁻¹⁰ where e is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<int> code)
    {
        Vector512<int> normal = (code << 20) + Vector512.Create(119 << 23);
        Vector512<int> subnormal = (Vector512.ConvertToSingle(code) * Vector512.Create(1f / 1024f)).AsInt32();
        return Vector512.ConditionalSelect(Vector512.LessThan(code, Vector512.Create(8)), subnormal, normal).AsSingle();
    }

    /// <summary>
    /// y + d_w · d_x · (Σ (w + 12)·x - 12 · Σ x) of sixteen columns, whose Σ x stands behind the row's scales and biases. Weights of at
    /// most 24: the 16-bit sums stay within 4 · 2 · 24 · 127 = 24384. One call a token and half, so that its temporaries end with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> y,
        Vector512<byte> first, Vector512<byte> second, Vector512<byte> third, Vector512<byte> fourth,
        Vector512<float> d,
        byte* x,
        byte* scale,
        int half)
    {
        Vector512<int> sum = Vector512.Create(-12 * ((short*)(scale + 2 * (Columns / 8)))[half]);
        if (HasDot)
        {
            sum = Simd512.AddQuads(sum, first, second, third, fourth, x);
        }
        else
        {
            Vector512<short> even = Simd512.MultiplyAddAdjacent(first, Vector512.Create(*(int*)x).AsSByte());
            Vector512<short> odd = Simd512.MultiplyAddAdjacent(second, Vector512.Create(*(int*)(x + 4)).AsSByte());
            Vector512<short> nextEven = Simd512.MultiplyAddAdjacent(third, Vector512.Create(*(int*)(x + 8)).AsSByte());
            Vector512<short> nextOdd = Simd512.MultiplyAddAdjacent(fourth, Vector512.Create(*(int*)(x + 12)).AsSByte());
            even += nextEven;
            odd += nextOdd;
            sum += Simd512.MultiplyAddAdjacent(even + odd, Vector512.Create((short)1));
        }

        Vector512<float> dot = Vector512.ConvertToSingle(sum) * Vector512.Create(*(float*)scale);
        return Vector512.MultiplyAddEstimate(dot, d, y);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
