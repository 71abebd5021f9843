using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Packing;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Packing;

/// <summary>Rows of a matrix that the file has the other way round are the columns of the file's, in every format.</summary>
public sealed unsafe class TransposedStripTests
{
    public static TheoryData<string> Formats => [.. TensorFormat.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void RowsAreTheColumnsOfTheFile(string name)
    {
        TensorFormat format = TensorFormat.All.Single(each => each.Name == name);
        const int Rows = 512;
        const int Columns = 40;
        var tensor = new TensorSpec("turned", format.Type.Id, Columns, Rows, IsTransposed: true);
        var random = new Random(7);
        byte[] file = new byte[3 + Columns * format.RowBytes(Rows)];
        float[][] decoded = Fill(random, format, file, Rows, Columns);
        using var source = new ArraySource(file);
        byte[] scratch = new byte[TransposedStrip.ScratchBytes(tensor)];
        foreach (int first in (int[])[0, 16, 240, 256, 496])
        {
            foreach (int count in (int[])[1, 15, 16])
            {
                float[] values = new float[Columns];
                fixed (byte* room = scratch)
                fixed (float* value = values)
                {
                    byte* rows = TransposedStrip.Read(source, 3, tensor, first, count, room);
                    for (int i = 0; i < count; i++)
                    {
                        tensor.PackedFormat.DequantizeRow(rows + i * tensor.PackedFormat.RowBytes(Columns), Columns, value);
                        for (int column = 0; column < Columns; column++)
                        {
                            float expected = decoded[column][first + i];
                            values[column].ShouldBe(format.Activation == ActivationFormat.Float32 ? expected : (float)(Half)expected);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Every half comes back, what lies between two of them goes to the nearer one, and what lies in the middle to the even one.</summary>
    [Fact]
    public void HalvesAreRoundedAsTheHardwareRoundsThem()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            Half half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (Half.IsNaN(half))
            {
                Half.IsNaN(BitConverter.UInt16BitsToHalf(HalfFloat.FromSingle((float)half))).ShouldBeTrue();
                continue;
            }

            float value = (float)half;
            float middle = (value + (float)Half.BitIncrement(half)) / 2;
            foreach (float each in new[] { value, middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle), 1.2345f * value })
            {
                if (!float.IsNaN(each))
                {
                    HalfFloat.FromSingle(each).ShouldBe(BitConverter.HalfToUInt16Bits((Half)each), $"{each:R}");
                }
            }
        }
    }

    /// <summary>Any bits are blocks; those whose scales are no numbers, or larger than a half, are drawn again.</summary>
    private static float[][] Fill(Random random, TensorFormat format, byte[] file, int length, int count)
    {
        float[][] decoded = new float[count][];
        int blocks = length / format.Type.BlockLength;
        fixed (byte* bytes = file)
        {
            for (int row = 0; row < count; row++)
            {
                decoded[row] = new float[length];
                fixed (float* values = decoded[row])
                {
                    for (int block = 0; block < blocks; block++)
                    {
                        byte* place = bytes + 3 + row * format.RowBytes(length) + block * format.Type.BlockBytes;
                        float* part = values + block * format.Type.BlockLength;
                        do
                        {
                            random.NextBytes(new Span<byte>(place, format.Type.BlockBytes));
                            format.DequantizeRow(place, format.Type.BlockLength, part);
                        }
                        while (!IsUsual(new ReadOnlySpan<float>(part, format.Type.BlockLength)));
                    }
                }
            }
        }

        return decoded;
    }

    private static bool IsUsual(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value) || Math.Abs(value) > 60000)
            {
                return false;
            }
        }

        return true;
    }
}
