using System;
using System.Runtime.InteropServices;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>
/// Sixteen rows of random weights in GGUF's layout and packed, and rows of activations in the layout that the format's kernels read, with
/// the exact values of both as doubles.
/// </summary>
internal sealed unsafe class MatMulInput : IDisposable
{
    /// <summary>Halves: 0, -0, the smallest and the largest subnormal, ±1, -0.37, and the largest finite one with both signs.</summary>
    private static readonly ushort[] ExtremeHalves = [0x0000, 0x8000, 0x0001, 0x83FF, 0x3C00, 0xBC00, 0xB5EB, 0x7BFF, 0xFBFF];

    /// <summary>Powers of two of E8M0, halved: both subnormal floats, the smallest normal one, 1 and 2¹⁶.</summary>
    private static readonly byte[] ExtremePowers = [0, 1, 2, 128, 144];

    /// <summary>Zero, the smallest that the quantiser makes, one, and a huge one.</summary>
    private static readonly float[] ExtremeScales = [0f, 1.1754944e-38f, 1f, 1e10f];

    /// <summary>Columns of a run, the fewest that share a scale.</summary>
    public const int RunLength = 16;

    private readonly TensorFormat _format;
    private readonly int _columns;

    public MatMulInput(TensorFormat format, int columns, int tokens, WeightKind kind, Random random, bool hasDot = false, int nullRows = 0)
    {
        _format = format;
        _columns = columns;
        bool quantised = format.Activation != ActivationFormat.Float32;
        InputStride = StrideOf(format, columns);
        Weights = new double[TensorFormat.StripRows, columns];
        Activations = new double[tokens, columns];
        BiasScales = new double[TensorFormat.StripRows, (columns + RunLength - 1) / RunLength];
        Strip = new GuardedBuffer((int)format.StripBytes(columns));
        Input = new GuardedBuffer(tokens * InputStride);
        MakeWeights(kind, random, nullRows);
        for (int t = 0; t < tokens; t++)
        {
            if (quantised)
            {
                MakeQuantisedRow(t, kind, random, hasDot);
            }
            else
            {
                MakeFloatRow(t, kind, random);
            }
        }
    }

    /// <summary>[row][column], exact.</summary>
    public double[,] Weights { get; }

    /// <summary>[token][column], exact.</summary>
    public double[,] Activations { get; }

    /// <summary>[row][block]: |bias · d| where the kernel takes the rounded product of a bias, d and the sum of a block's activations away; else 0.</summary>
    public double[,] BiasScales { get; }

    /// <summary>The packed rows.</summary>
    public GuardedBuffer Strip { get; }

    /// <summary>The rows of activations.</summary>
    public GuardedBuffer Input { get; }

    /// <summary>Bytes from one row of activations to the next.</summary>
    public int InputStride { get; }

    public static int StrideOf(TensorFormat format, int columns) =>
        format.Activation == ActivationFormat.Float32 ? (columns * sizeof(float) + 63) / 64 * 64 : QuantizedRow.Stride(format.Activation, columns);

    public void Dispose()
    {
        Strip.Dispose();
        Input.Dispose();
    }

    private void MakeWeights(WeightKind kind, Random random, int nullRows)
    {
        int rowBytes = (int)_format.RowBytes(_columns);
        byte* matrix = (byte*)NativeMemory.Alloc((nuint)(rowBytes * TensorFormat.StripRows));
        byte** rows = stackalloc byte*[TensorFormat.StripRows];
        for (int r = 0; r < TensorFormat.StripRows; r++)
        {
            byte* row = matrix + r * rowBytes;
            MakeWeightRow(row, rowBytes, kind, random);

            // The last rows of a matrix whose rows do not fill a strip.
            rows[r] = r < TensorFormat.StripRows - nullRows ? row : null;
            if (rows[r] == null)
            {
                new Span<byte>(row, rowBytes).Clear();
            }

            AddDecoded(row, r);
            for (int run = 0; _format.Activation != ActivationFormat.Float32 && run < _columns / RunLength; run++)
            {
                int runs = _format.Type.BlockLength / RunLength;
                BiasScales[r, run] = BlockFacts.Of(_format).Bias?.Invoke(Block(row, run / runs), run % runs) ?? 0;
            }
        }

        _format.PackStrip(rows, _columns, Strip.Bytes);
        NativeMemory.Free(matrix);
    }

    /// <summary>The exact values of a row.</summary>
    private void AddDecoded(byte* row, int r)
    {
        int?[] zeroHalves = _format.Activation == ActivationFormat.Float32 ? [null] : BlockFacts.Of(_format).ZeroHalves;
        float[] values = new float[_columns];
        foreach (int? zeroHalf in zeroHalves)
        {
            byte[] copy = new Span<byte>(row, (int)_format.RowBytes(_columns)).ToArray();
            for (int offset = zeroHalf ?? copy.Length; offset < copy.Length; offset += _format.Type.BlockBytes)
            {
                copy.AsSpan(offset, sizeof(ushort)).Clear();
            }

            fixed (byte* bytes = copy)
            fixed (float* decoded = values)
            {
                _format.DequantizeRow(bytes, _columns, decoded);
            }

            for (int c = 0; c < _columns; c++)
            {
                Weights[r, c] += values[c];
            }
        }
    }

    private Span<byte> Block(byte* row, int block) => new(row + block * _format.Type.BlockBytes, _format.Type.BlockBytes);

    private void MakeWeightRow(byte* row, int rowBytes, WeightKind kind, Random random)
    {
        switch (_format.Name)
        {
            case "F32":
                for (int c = 0; c < _columns; c++)
                {
                    ((float*)row)[c] = kind switch
                    {
                        WeightKind.Whole => random.Next(-128, 128),
                        WeightKind.Extreme => random.Next(2) == 0 ? 1e-40f : (random.Next(2) * 2 - 1) * 1e15f,
                        _ => random.NextSingle() - 0.5f,
                    };
                }

                break;
            case "BF16":
                for (int c = 0; c < _columns; c++)
                {
                    // The upper half of a float; cut off where a model's would be rounded.
                    ((ushort*)row)[c] = (ushort)(BitConverter.SingleToUInt32Bits(kind switch
                    {
                        WeightKind.Whole => random.Next(-128, 128),
                        WeightKind.Extreme => random.Next(2) == 0 ? 1e-40f : (random.Next(2) * 2 - 1) * 1e15f,
                        _ => random.NextSingle() - 0.5f,
                    }) >> 16);
                }

                break;
            case "F16":
                for (int c = 0; c < _columns; c++)
                {
                    ((ushort*)row)[c] = kind switch
                    {
                        WeightKind.Whole => BitConverter.HalfToUInt16Bits((Half)random.Next(-128, 128)),
                        WeightKind.Extreme => ExtremeHalves[random.Next(ExtremeHalves.Length)],
                        _ => BitConverter.HalfToUInt16Bits((Half)(random.NextSingle() - 0.5f)),
                    };
                }

                break;
            default:
                random.NextBytes(new Span<byte>(row, rowBytes));
                for (int block = 0; block < _columns / _format.Type.BlockLength; block++)
                {
                    MakeBlock(Block(row, block), kind, random);
                }

                break;
        }
    }

    private void MakeBlock(Span<byte> block, WeightKind kind, Random random)
    {
        BlockFacts facts = BlockFacts.Of(_format);
        switch (kind)
        {
            case WeightKind.Whole:
                facts.MakeWhole(block);
                break;
            case WeightKind.Extreme:
                // Often one end in the whole block: the largest sums that there are.
                bool one = random.Next(2) == 0;
                byte end = facts.Ends[random.Next(facts.Ends.Length)];
                for (int i = 0; i < block.Length; i++)
                {
                    block[i] = one ? end : facts.Ends[random.Next(facts.Ends.Length)];
                }

                facts.SetHalves(block, () => ExtremeHalves[random.Next(ExtremeHalves.Length)]);
                facts.SetPower(block, ExtremePowers[random.Next(ExtremePowers.Length)]);
                break;
            default:
                facts.SetHalves(block, () => BitConverter.HalfToUInt16Bits((Half)(random.NextSingle() * 0.02f)));
                facts.SetPower(block, (byte)random.Next(116, 123));
                break;
        }
    }

    private void MakeQuantisedRow(int token, WeightKind kind, Random random, bool hasDot)
    {
        byte* row = Input.Bytes + token * InputStride;
        for (int block = 0; block < _columns / QuantizedRow.BlockLength; block++)
        {
            float scale = kind switch
            {
                WeightKind.Whole => 1f,
                WeightKind.Extreme => ExtremeScales[random.Next(ExtremeScales.Length)],
                _ => random.NextSingle() * 0.1f,
            };
            int end = random.Next(2) == 0 ? 127 : -127;
            bool one = random.Next(2) == 0;
            int[] sums = [0, 0];
            for (int i = 0; i < QuantizedRow.BlockLength; i++)
            {
                int column = block * QuantizedRow.BlockLength + i;
                int q = kind != WeightKind.Extreme ? random.Next(-127, 128) : one ? end : random.Next(2) == 0 ? 127 : -127;
                Activations[token, column] = (double)scale * q;
                sums[i / 16] += q;
                if (_format.Activation == ActivationFormat.Int8Blocks)
                {
                    ((sbyte*)row)[column] = (sbyte)q;
                }
                else if (hasDot)
                {
                    ((sbyte*)row)[QuantizedRow.OffsetOfQuad(column)] = (sbyte)q;
                }
                else
                {
                    ((short*)row)[column] = (short)q;
                }
            }

            ((float*)(row + QuantizedRow.ScalesOffset(_format.Activation, _columns)))[block] = scale;
            if (_format.Activation == ActivationFormat.Int8Blocks)
            {
                ((float*)(row + QuantizedRow.BiasesOffset(_columns)))[block] = scale * (-8 * (sums[0] + sums[1]));
                ((short*)(row + QuantizedRow.SumsOffset(_columns)))[2 * block] = (short)sums[0];
                ((short*)(row + QuantizedRow.SumsOffset(_columns)))[2 * block + 1] = (short)sums[1];
            }
        }
    }

    private void MakeFloatRow(int token, WeightKind kind, Random random)
    {
        float* row = (float*)(Input.Bytes + token * InputStride);
        for (int c = 0; c < _columns; c++)
        {
            row[c] = kind switch
            {
                WeightKind.Whole => random.Next(-127, 128),
                WeightKind.Extreme => (random.Next(2) * 2 - 1) * MathF.Pow(10f, random.Next(-30, 11)),
                _ => (random.NextSingle() - 0.5f) * 4f,
            };
            Activations[token, c] = row[c];
        }
    }
}
