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
/// What the kernel takes away (or adds) as a rounded product with the sums of activations, of one run of 16 columns; null where it does so in
/// whole numbers or not at all.
/// </param>
/// <param name="OneScales">Bytes that are scales within the block, and what makes small whole numbers of them.</param>
/// <param name="MinimumOffset">Offset of the half float m where a block's values are the sum of one part with d and one with m.</param>
/// <param name="SumLength">Columns whose products are summed in whole numbers, before floats round.</param>
/// <param name="ScatteredHalf">Offset of four words of which each has four bits of the half float above its twelve; null: none.</param>
/// <param name="HasPowerOfTwo">A block starts with a byte e for the scale 2^(e - 128) instead of half floats.</param>
internal sealed record BlockFacts(
    int[] HalfOffsets,
    byte[] Ends,
    BlockBias? Bias = null,
    (Range Bytes, byte Value)[]? OneScales = null,
    int? MinimumOffset = null,
    int SumLength = 32,
    int? ScatteredHalf = null,
    bool HasPowerOfTwo = false)
{
    private const ushort HalfOne = 0x3C00;
    private const byte PowerOne = 128;

    private static readonly byte[] Nibbles = [0x00, 0xFF, 0x0F, 0xF0];
    private static readonly byte[] SignedBytes = [0x80, 0x7F];

    private static readonly Dictionary<string, BlockFacts> Known = new()
    {
        ["Q4_0"] = new([0], Nibbles, (block, _) => 8 * Half(block, 0)),
        ["Q8_0"] = new([0], SignedBytes),
        ["Q4_1"] = new([0, 2], Nibbles, (block, _) => Half(block, 2), MinimumOffset: 2),
        ["Q5_0"] = new([0], Nibbles, (block, _) => 16 * Half(block, 0)),
        ["Q5_1"] = new([0, 2], Nibbles, (block, _) => Half(block, 2), MinimumOffset: 2),
        ["Q2_K"] = new([80, 82], Nibbles, (block, run) => 2 * Half(block, 82) * (block[run] >> 4), OneScales: [(0..16, 1)], MinimumOffset: 82),
        ["Q3_K"] = new([108], Nibbles, OneScales: [(96..108, 1)]),
        ["Q4_K"] = new([0, 2], Nibbles, Minimum, OneScales: [(4..16, 1)], MinimumOffset: 2),
        ["Q5_K"] = new([0, 2], Nibbles, Minimum, OneScales: [(4..16, 1)], MinimumOffset: 2),
        ["IQ4_NL"] = new([0], Nibbles),
        ["IQ4_XS"] = new([0], Nibbles, OneScales: [(2..4, 0xAA), (4..8, 0x11)]),
        ["IQ2_XXS"] = new([0], Nibbles),
        ["IQ2_XS"] = new([0], Nibbles, SumLength: 16),
        ["IQ2_S"] = new([0], Nibbles, SumLength: 16),
        ["IQ3_XXS"] = new([0], Nibbles),
        ["IQ3_S"] = new([0], Nibbles),
        ["IQ1_S"] = new([0], Nibbles),
        ["IQ1_M"] = new([], Nibbles, SumLength: 16, ScatteredHalf: 48),
        ["TQ1_0"] = new([52], Nibbles, (block, _) => Half(block, 52)),
        ["TQ2_0"] = new([64], Nibbles, (block, _) => Half(block, 64)),
        ["MXFP4"] = new([], [0x77, 0xFF, 0x7F, 0xF7], (block, _) => 12 * Math.Pow(2, block[0] - PowerOne), HasPowerOfTwo: true),
        ["NVFP4"] = new([], [0x77, 0xFF, 0x7F, 0xF7], OneScales: [(0..4, 0x40)], SumLength: 16),
        ["Q1_0"] = new([0], Nibbles, (block, _) => Half(block, 0)),
        ["Q2_0"] = new([0], Nibbles, (block, _) => Half(block, 0)),
        ["Q6_K"] = new([208], [0x00, 0xFF, 0x80, 0x7F], OneScales: [(192..208, 1)]),
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
        foreach ((Range bytes, byte value) in OneScales ?? [])
        {
            block[bytes].Fill(value);
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

        if (ScatteredHalf is int words)
        {
            int half = next();
            foreach (ref ushort word in MemoryMarshal.Cast<byte, ushort>(block.Slice(words, 4 * sizeof(ushort))))
            {
                word = (ushort)((word & 0xFFF) | half << 12);
                half >>= 4;
            }
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

    private static double Half(ReadOnlySpan<byte> block, int offset) => Math.Abs((double)MemoryMarshal.Read<Half>(block[offset..]));

    // The minimum's product and the rest may have opposite signs: a bound by their sum counts the minimum twice.
    private static unsafe double Minimum(ReadOnlySpan<byte> block, int run)
    {
        fixed (byte* scales = block[4..])
        {
            return 2 * Half(block, 2) * SixBitScales.Of(scales, run / 2).Minimum;
        }
    }
}

/// <summary>See <see cref="BlockFacts.Bias"/>.</summary>
/// <param name="block">The block.</param>
/// <param name="run">Which 16 of its columns.</param>
internal delegate double BlockBias(ReadOnlySpan<byte> block, int run);
