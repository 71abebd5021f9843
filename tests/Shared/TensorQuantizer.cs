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
    Q8_0 = 8,
}

/// <summary>Turns floats into the bytes of a GGUF tensor, the plain way: each block of 32 by itself, nearest number.</summary>
internal static class TensorQuantizer
{
    private const int BlockLength = 32;

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
            case TensorKind.Q8_0:
                Array.ForEach(values.Chunk(BlockLength).ToArray(), block => WriteQ8_0(writer, block));
                break;
            case TensorKind.Q4_0:
                Array.ForEach(values.Chunk(BlockLength).ToArray(), block => WriteQ4_0(writer, block));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no quantiser for it.");
        }

        writer.Flush();
        return bytes.ToArray();
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

    // d · (q - 8) with q from 0 to 15: the number of the largest magnitude becomes 8 · d exactly. Byte i holds numbers i and i + 16.
    private static void WriteQ4_0(BinaryWriter writer, float[] block)
    {
        Half scale = (Half)(block.MaxBy(MathF.Abs) / -8);
        writer.Write(scale);
        int[] numbers = [.. block.Select(value => Math.Clamp(Nearest(value, scale) + 8, 0, 15))];
        for (int i = 0; i < BlockLength / 2; i++)
        {
            writer.Write((byte)(numbers[i] | (numbers[i + BlockLength / 2] << 4)));
        }
    }

    private static int Nearest(float value, Half scale) => scale == Half.Zero ? 0 : (int)MathF.Round(value / (float)scale);
}
