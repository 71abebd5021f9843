using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Formats;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>
/// What tests have to know of a quantised format's blocks to make random ones: where the half floats stand that must be finite, which bytes
/// give the largest sums, and how a block is made whose values are whole numbers. A format adds its entry.
/// </summary>
/// <param name="HalfOffsets">Offsets of the block's half floats.</param>
/// <param name="Ends">Bytes that make extreme blocks.</param>
/// <param name="Bias">
/// What is subtracted from (or added to) the stored numbers, at most: the kernel takes the rounded product of it, d and the sum of a block's
/// activations away; 0 where the kernel does so in whole numbers.
/// </param>
/// <param name="OneScales">Range of the bytes that are scales within the block, set to one for whole values.</param>
/// <param name="MinimumOffset">Offset of the half float m where a block's values are d · q + m; Bias is 1 then, and multiplies m.</param>
/// <param name="HasPowerOfTwo">A block starts with a byte e for the scale 2^(e - 128) instead of half floats.</param>
internal sealed record BlockFacts(
    int[] HalfOffsets, byte[] Ends, int Bias = 0, Range? OneScales = null, int? MinimumOffset = null, bool HasPowerOfTwo = false)
{
    private const ushort HalfOne = 0x3C00;
    private const byte PowerOne = 128;

    private static readonly byte[] Nibbles = [0x00, 0xFF, 0x0F, 0xF0];
    private static readonly byte[] SignedBytes = [0x80, 0x7F];

    private static readonly Dictionary<string, BlockFacts> Known = new()
    {
        ["Q4_0"] = new([0], Nibbles, Bias: 8),
        ["Q8_0"] = new([0], SignedBytes),
        ["Q4_1"] = new([0, 2], Nibbles, Bias: 1, MinimumOffset: 2),
        ["Q5_0"] = new([0], Nibbles, Bias: 16),
        ["Q5_1"] = new([0, 2], Nibbles, Bias: 1, MinimumOffset: 2),
        ["IQ4_NL"] = new([0], Nibbles),
        ["MXFP4"] = new([], [0x77, 0xFF, 0x7F, 0xF7], Bias: 12, HasPowerOfTwo: true),
        ["Q6_K"] = new([208], [0x00, 0xFF, 0x80, 0x7F], OneScales: 192..208),
    };

    /// <summary>The facts of a quantised format.</summary>
    public static BlockFacts Of(TensorFormat format) => Known[format.Name];

    /// <summary>
    /// Offsets of halves to be zero, one after the other, so that the decoded values are exact and d · q + m is their sum: a float rounds
    /// that sum, which kernels do not form.
    /// </summary>
    public int?[] ZeroHalves => MinimumOffset is null ? [null] : [HalfOffsets[0], MinimumOffset];

    /// <summary>Makes a block's values whole: scales within it and its scale become one.</summary>
    public void MakeWhole(Span<byte> block)
    {
        if (OneScales is Range scales)
        {
            block[scales].Fill(1);
        }

        SetHalves(block, () => HalfOne);
        SetPower(block, PowerOne);
    }

    /// <summary>Gives each half float of a block a value.</summary>
    public void SetHalves(Span<byte> block, Func<ushort> next)
    {
        foreach (int offset in HalfOffsets)
        {
            ushort half = next();
            MemoryMarshal.Write(block[offset..], in half);
        }
    }

    /// <summary>Sets the byte that stands for a power of two where a block has one.</summary>
    public void SetPower(Span<byte> block, byte power)
    {
        if (HasPowerOfTwo)
        {
            block[0] = power;
        }
    }

    /// <summary>What a block of 32 multiplies the sum of its activations with: |bias · d| or |m|.</summary>
    public double BiasScale(ReadOnlySpan<byte> block) =>
        Bias * (HasPowerOfTwo ? Math.Pow(2, block[0] - PowerOne) : Math.Abs((double)MemoryMarshal.Read<Half>(block[(MinimumOffset ?? 0)..])));
}
