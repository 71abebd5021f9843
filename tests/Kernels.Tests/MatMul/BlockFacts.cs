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
/// What the kernel takes away (or adds) as a rounded product with the sum of 32 activations, of one run of 32 columns; null where it does so in
/// whole numbers or not at all.
/// </param>
/// <param name="RoundsValues">Whether a decoded value is the rounded difference of two exact floats, which the kernel never forms.</param>
/// <param name="OneScales">Range of the bytes that are scales within the block, set to one for whole values.</param>
internal sealed record BlockFacts(int[] HalfOffsets, byte[] Ends, BlockBias? Bias = null, bool RoundsValues = false, Range? OneScales = null)
{
    private const ushort HalfOne = 0x3C00;

    private static readonly byte[] Nibbles = [0x00, 0xFF, 0x0F, 0xF0];
    private static readonly byte[] SignedBytes = [0x80, 0x7F];

    private static readonly Dictionary<string, BlockFacts> Known = new()
    {
        ["Q4_0"] = new([0], Nibbles, Bias: (block, _) => 8 * Half(block, 0)),
        ["Q8_0"] = new([0], SignedBytes),
        ["Q4_K"] = new([0, 2], Nibbles, Minimum, RoundsValues: true, OneScales: 4..16),
        ["Q5_K"] = new([0, 2], Nibbles, Minimum, RoundsValues: true, OneScales: 4..16),
        ["Q6_K"] = new([208], [0x00, 0xFF, 0x80, 0x7F], OneScales: 192..208),
    };

    /// <summary>The facts of a quantised format.</summary>
    public static BlockFacts Of(TensorFormat format) => Known[format.Name];

    /// <summary>Makes a block's values whole: scales within it and the half float become one.</summary>
    public void MakeWhole(Span<byte> block)
    {
        if (OneScales is Range scales)
        {
            block[scales].Fill(1);
        }

        SetHalves(block, () => HalfOne);
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

    private static double Half(ReadOnlySpan<byte> block, int offset) => Math.Abs((double)MemoryMarshal.Read<Half>(block[offset..]));

    // The minimum's product and the rest may have opposite signs: a bound by their sum counts the minimum twice.
    private static unsafe double Minimum(ReadOnlySpan<byte> block, int run)
    {
        fixed (byte* scales = block[4..])
        {
            return 2 * Half(block, 2) * SixBitScales.Of(scales, run).Minimum;
        }
    }
}

/// <summary>See <see cref="BlockFacts.Bias"/>.</summary>
/// <param name="block">The block.</param>
/// <param name="run">Which 32 of its columns.</param>
internal delegate double BlockBias(ReadOnlySpan<byte> block, int run);
