using System;
using System.IO;
using System.Linq;

namespace ModelGen.Tests.Shared;

/// <summary>Formats that <see cref="TensorQuantizer"/> writes, with their ggml type ids.</summary>
internal enum TensorKind
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    IQ4_NL = 20,
    BF16 = 30,
    MXFP4 = 39,
}

/// <summary>Turns floats into the bytes of a GGUF tensor, the plain way: each block of 32 by itself, nearest number.</summary>
internal static class TensorQuantizer
{
    private const int BlockLength = 32;

    /// <summary>What the numbers of IQ4_NL stand for.</summary>
    public static readonly sbyte[] NonLinear = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Twice what the numbers of MXFP4 stand for.</summary>
    public static readonly sbyte[] SmallFloats = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>The bytes of a tensor whose rows are whole blocks.</summary>
    public static byte[] Quantize(TensorKind kind, float[] values)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        switch (kind)
        {
            case TensorKind.F32:
                Array.ForEach(values, writer.Write);
                break;
            case TensorKind.F16:
                Array.ForEach(values, value => writer.Write((Half)value));
                break;
            case TensorKind.BF16:
                Array.ForEach(values, value => writer.Write((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
                break;
            default:
                Array.ForEach(values.Chunk(BlockLength).ToArray(), block => WriteBlock(kind, writer, block));
                break;
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private static void WriteBlock(TensorKind kind, BinaryWriter writer, float[] block)
    {
        switch (kind)
        {
            case TensorKind.Q8_0:
                WriteQ8_0(writer, block);
                break;
            case TensorKind.Q4_0:
                WriteAround(writer, block, zero: 8);
                break;
            case TensorKind.Q5_0:
                WriteAround(writer, block, zero: 16);
                break;
            case TensorKind.Q4_1:
                WriteFromMinimum(writer, block, largest: 15);
                break;
            case TensorKind.Q5_1:
                WriteFromMinimum(writer, block, largest: 31);
                break;
            case TensorKind.IQ4_NL:
                WriteIQ4_NL(writer, block);
                break;
            case TensorKind.MXFP4:
                WriteMXFP4(writer, block);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no quantiser for it.");
        }
    }

    // d · q with q from -127 to 127.
    private static void WriteQ8_0(BinaryWriter writer, float[] block)
    {
        Half scale = (Half)(block.Max(MathF.Abs) / 127);
        writer.Write(scale);
        foreach (float value in block)
        {
            writer.Write((sbyte)Math.Clamp(Nearest(value, scale), -127, 127));
        }
    }

    // d · (q - zero) with q from 0 to 2 · zero - 1: the number of the largest magnitude becomes zero · d exactly.
    private static void WriteAround(BinaryWriter writer, float[] block, int zero)
    {
        Half scale = (Half)(block.MaxBy(MathF.Abs) / -zero);
        writer.Write(scale);
        int[] numbers = [.. block.Select(value => Math.Clamp(Nearest(value, scale) + zero, 0, 2 * zero - 1))];
        WriteNumbers(writer, numbers, hasFifthBits: zero == 16);
    }

    // d · q + m with q from 0 to largest.
    private static void WriteFromMinimum(BinaryWriter writer, float[] block, int largest)
    {
        Half minimum = (Half)block.Min();
        Half scale = (Half)((block.Max() - (float)minimum) / largest);
        writer.Write(scale);
        writer.Write(minimum);
        int[] numbers = [.. block.Select(value => Math.Clamp(Nearest(value - (float)minimum, scale), 0, largest))];
        WriteNumbers(writer, numbers, hasFifthBits: largest == 31);
    }

    // d · table[q].
    private static void WriteIQ4_NL(BinaryWriter writer, float[] block)
    {
        Half scale = (Half)(block.Max(MathF.Abs) / 127);
        writer.Write(scale);
        WriteNumbers(writer, [.. block.Select(value => IndexOfNearest(NonLinear, value / (float)scale))]);
    }

    // 2^(e - 128) · table[q], the power just large enough for the largest value.
    private static void WriteMXFP4(BinaryWriter writer, float[] block)
    {
        int exponent = (int)MathF.Ceiling(MathF.Log2(block.Max(MathF.Abs) / 12));
        writer.Write((byte)(exponent + 128));
        WriteNumbers(writer, [.. block.Select(value => IndexOfNearest(SmallFloats, MathF.ScaleB(value, -exponent)))]);
    }

    // The fifth bits of all numbers where there are such; then byte i with numbers i and i + 16.
    private static void WriteNumbers(BinaryWriter writer, int[] numbers, bool hasFifthBits = false)
    {
        if (hasFifthBits)
        {
            writer.Write(numbers.Select((number, i) => (uint)(number >> 4) << i).Aggregate((bits, bit) => bits | bit));
        }

        for (int i = 0; i < BlockLength / 2; i++)
        {
            writer.Write((byte)((numbers[i] & 15) | (numbers[i + BlockLength / 2] & 15) << 4));
        }
    }

    private static int IndexOfNearest(sbyte[] table, float value) =>
        Array.IndexOf(table, table.MinBy(entry => MathF.Abs(entry - value)));

    private static int Nearest(float value, Half scale) => scale == Half.Zero ? 0 : (int)MathF.Round(value / (float)scale);
}
