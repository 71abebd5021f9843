using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using ModelGen.Formats;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Random tensors of every format. Nothing is quantised: a block of random bits is a valid block of any format, once its scales are of a
/// size that a model has. So every number that a block can hold comes up, and no quantiser decides what is tested.
/// </summary>
internal static class RandomMatrix
{
    // Where a format's half floats stand, and the deviation of what blocks of random bits with scales of about 1 decode to, as measured.
    private static readonly Dictionary<string, BlockScale> Scales = new()
    {
        ["Q8_0"] = new(0, 76.6, HasBothSigns: true),
        ["Q4_0"] = new(0, 4.82, HasBothSigns: true),
        ["Q4_1"] = new(0, 5.25, MinimumOffset: 2, Minimum: -7.5),
        ["Q5_0"] = new(0, 9.62, HasBothSigns: true),
        ["Q5_1"] = new(0, 10.6, MinimumOffset: 2, Minimum: -15.5),
        ["Q2_K"] = new(80, 14.8, MinimumOffset: 82, Minimum: 1.5),
        ["Q3_K"] = new(108, 43.6, HasBothSigns: true),
        ["Q4_K"] = new(0, 280, MinimumOffset: 2, Minimum: 7.5),
        ["Q5_K"] = new(0, 582, MinimumOffset: 2, Minimum: 15.5),
        ["Q6_K"] = new(208, 1383, HasBothSigns: true),
        ["IQ4_NL"] = new(0, 70.7, HasBothSigns: true),
        ["IQ4_XS"] = new(0, 1322, HasBothSigns: true),
        ["IQ2_XXS"] = new(0, 56.3),
        ["IQ2_XS"] = new(0, 59.1),
        ["IQ2_S"] = new(0, 59.4),
        ["IQ3_XXS"] = new(0, 149),
        ["IQ3_S"] = new(0, 153),
        ["IQ1_S"] = new(0, 7.46),
        ["IQ1_M"] = new(48, 7.25),
        ["Q1_0"] = new(0, 1.04, HasBothSigns: true),
        ["Q2_0"] = new(0, 1.27, HasBothSigns: true),
        ["TQ1_0"] = new(52, 0.839, HasBothSigns: true),
        ["TQ2_0"] = new(64, 1.27, HasBothSigns: true),
    };

    // Of the numbers of MXFP4 and NVFP4 with scales of about 1: random bits stand for -12 to 12.
    private const double DeviationOfSmallFloats = 5.9;

    /// <summary>The bytes of a matrix.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="columns">Whole blocks of it.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="deviation">The wanted deviation of its elements about 0.</param>
    /// <param name="random">Where its elements come from.</param>
    public static byte[] Create(GgmlType format, int columns, int rows, double deviation, RepeatableRandom random)
    {
        byte[] bytes = new byte[(long)columns * rows / format.BlockLength * format.BlockBytes];
        for (int at = 0; at < bytes.Length; at += format.BlockBytes)
        {
            WriteBlock(format.Name, bytes.AsSpan(at, format.BlockBytes), deviation, random);
        }

        return bytes;
    }

    private static void WriteBlock(string format, Span<byte> block, double deviation, RepeatableRandom random)
    {
        switch (format)
        {
            case "F32":
                BinaryPrimitives.WriteSingleLittleEndian(block, (float)(deviation * random.NextBell()));
                break;
            case "F16":
                BinaryPrimitives.WriteHalfLittleEndian(block, (Half)(deviation * random.NextBell()));
                break;
            case "BF16":
                uint bits = BitConverter.SingleToUInt32Bits((float)(deviation * random.NextBell()));
                BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)(bits >> 16));
                break;
            case "MXFP4":
                WriteBits(block, random);
                block[0] = Exponent(deviation, random);
                break;
            case "NVFP4":
                WriteBits(block, random);
                for (int scale = 0; scale < 4; scale++)
                {
                    block[scale] = SmallFloat(deviation / DeviationOfSmallFloats * Spread(random));
                }

                break;
            default:
                WriteScaled(format, block, deviation, random);
                break;
        }
    }

    private static void WriteScaled(string format, Span<byte> block, double deviation, RepeatableRandom random)
    {
        BlockScale scale = Scales.GetValueOrDefault(format) ?? throw new InvalidDataException($"Say where the scales of {format} stand.");
        WriteBits(block, random);
        double size = deviation / scale.Deviation * Spread(random);
        size = scale.HasBothSigns && random.Next(2) == 0 ? -size : size;
        if (format == "IQ1_M")
        {
            WriteInQuarters(block[scale.Offset..], (Half)size);
            return;
        }

        BinaryPrimitives.WriteHalfLittleEndian(block[scale.Offset..], (Half)size);
        if (scale.MinimumOffset is int offset)
        {
            BinaryPrimitives.WriteHalfLittleEndian(block[offset..], (Half)(size * scale.Minimum * Spread(random)));
        }
    }

    private static void WriteBits(Span<byte> block, RepeatableRandom random)
    {
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = (byte)random.NextUInt64();
        }
    }

    // No two blocks have the same scale, as in real files.
    private static double Spread(RepeatableRandom random) => 0.5 + random.NextDouble();

    // The highest four bits of four words, the lowest four bits of the scale first.
    private static void WriteInQuarters(Span<byte> words, Half scale)
    {
        ushort bits = BitConverter.HalfToUInt16Bits(scale);
        for (int i = 0; i < 4; i++)
        {
            int high = 2 * i + 1;
            words[high] = (byte)(words[high] & 0x0F | (bits >> 4 * i & 0x0F) << 4);
        }
    }

    // The byte 128 stands for the power 1; the one below that fits, or the next.
    private static byte Exponent(double deviation, RepeatableRandom random)
    {
        int exponent = 128;
        for (double power = 1; power * DeviationOfSmallFloats > deviation; power /= 2)
        {
            exponent--;
        }

        return (byte)(exponent + random.Next(2));
    }

    // The byte of the nearest scale: three bits of a significand and four of an exponent, of which 8 stands for the power 1.
    private static byte SmallFloat(double scale)
    {
        int exponent = 1;
        double power = 1.0 / 128;
        for (; scale >= 2 * power; power *= 2)
        {
            exponent++;
        }

        // Below the first power there are its eighths: the exponent 0. A significand that rounds up to 2 is the next power.
        int eighths = (int)Math.Round(scale / power * 8);
        return (byte)(8 * (exponent - 1) + eighths);
    }

    /// <summary>How the scales of a format stand in its block.</summary>
    /// <param name="Offset">Of the scale.</param>
    /// <param name="Deviation">Of what random bits decode to with scales of about 1 and the minimum in this table.</param>
    /// <param name="MinimumOffset">Of the second half float, where there is one.</param>
    /// <param name="Minimum">Times the scale, it puts the mean of the block at 0.</param>
    /// <param name="HasBothSigns">Files have scales of both signs.</param>
    private sealed record BlockScale(int Offset, double Deviation, int? MinimumOffset = null, double Minimum = 0, bool HasBothSigns = false);
}
