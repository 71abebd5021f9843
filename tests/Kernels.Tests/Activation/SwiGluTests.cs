using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Activation;

/// <summary>y = silu(gate) · up, 32 values at a time, and the same into a block of a quantised row.</summary>
public sealed unsafe class SwiGluTests
{
    private static readonly int[] ColumnCounts = [32, 96, 320];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ProductIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, [Requests.Of("SwiGlu", "SwiGlu", width)]);
        Properties.Hold(Cases(), 300, c =>
        {
            (float[] gate, float[] up) = c.Values();
            using GuardedBuffer gates = GuardedBuffer.OfFloats(gate);
            using GuardedBuffer ups = GuardedBuffer.OfFloats(up);
            using GuardedBuffer y = GuardedBuffer.OfFloats(32);
            ((delegate*<float*, float*, float*, void>)library.Pointer("SwiGlu"))(gates.Floats, ups.Floats, y.Floats);
            y.ShouldBeIntact();
            for (int i = 0; i < 32; i++)
            {
                double expected = gate[i] / (1 + Math.Exp(-(double)gate[i])) * up[i];

                // Exp errs by 3·10⁻⁷, sum, quotient and product round; below -87 the exponential stays at e⁸⁸ or above, so that the
                // quotient is off by at most |gate| · e⁻⁸⁷.
                double bound = (3e-7 + 4 * ErrorBound.Unit) * Math.Abs(expected)
                    + (Math.Abs(gate[i]) * Math.Exp(-87) + ErrorBound.Tiny) * Math.Abs(up[i]) + ErrorBound.Tiny;
                ErrorBound.Check(y.Floats[i], expected, bound, "value {0}", i);
            }
        });
    }

    public static MatrixTheoryData<string, string> WidthsAndFormats =>
        new(VectorWidth.All.Select(width => width.Name), [nameof(ActivationFormat.Int8Blocks), nameof(ActivationFormat.Int16Blocks)]);

    [Theory]
    [MemberData(nameof(WidthsAndFormats))]
    public void QuantizedProductIsTheProductQuantized(string widthName, string formatName)
    {
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        bool words = format == ActivationFormat.Int16Blocks;
        int numberBytes = words ? 64 : 32;
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width,
            [
                Requests.Of("SwiGlu", "SwiGlu", width),
                Requests.Of("QuantizeRow", "Quantize", width, ("Length", 32), ("Words", words)),
                .. ColumnCounts.Select(columns => Requests.Of("SwiGluQuantize", "SwiGluQuantize" + columns, width, ("Columns", columns), ("Words", words))),
            ]);
        Properties.Hold(Cases(), 200, c =>
        {
            (float[] gate, float[] up) = c.Values();
            using GuardedBuffer gates = GuardedBuffer.OfFloats(gate);
            using GuardedBuffer ups = GuardedBuffer.OfFloats(up);
            using GuardedBuffer product = GuardedBuffer.OfFloats(32);
            using var block = new GuardedBuffer(QuantizedRow.Length(format, 32));
            ((delegate*<float*, float*, float*, void>)library.Pointer("SwiGlu"))(gates.Floats, ups.Floats, product.Floats);
            ((delegate*<float*, byte*, void>)library.Pointer("Quantize"))(product.Floats, block.Bytes);

            byte[] expected = Enumerable.Repeat((byte)0xA5, QuantizedRow.Stride(format, c.Columns)).ToArray();
            using var row = new GuardedBuffer(expected.Length);
            expected.CopyTo(row.ByteSpan);
            block.ByteSpan[..numberBytes].CopyTo(expected.AsSpan(c.Block * numberBytes));
            for (int word = numberBytes, field = 0; word < block.ByteSpan.Length; word += 4, field++)
            {
                // Scale, bias and sums stand one each a block, all blocks' scales first.
                int place = QuantizedRow.ScalesOffset(format, c.Columns) + (field * (c.Columns / QuantizedRow.BlockLength) + c.Block) * 4;
                block.ByteSpan[word..(word + 4)].CopyTo(expected.AsSpan(place));
            }

            nint kernel = library.Pointer("SwiGluQuantize" + c.Columns);
            ((delegate*<float*, float*, byte*, int, void>)kernel)(gates.Floats, ups.Floats, row.Bytes, c.Block);
            row.ShouldBeIntact();
            Assert.Equal(expected, row.ByteSpan.ToArray());
        });
    }

    private static Gen<SwiGluCase> Cases() =>
        from seed in Properties.Seeds
        from kind in Gen.Elements(Enum.GetValues<FloatKind>())
        from columns in Gen.Elements(ColumnCounts)
        from block in Gen.Choose(0, columns / 32 - 1)
        select new SwiGluCase(kind, columns, block, seed);

    private sealed record SwiGluCase(FloatKind Kind, int Columns, int Block, int Seed)
    {
        public (float[] Gate, float[] Up) Values()
        {
            // Gates also around ±87, where the exponential ends.
            var random = new Random(Seed);
            float[] gate = FloatValues.Create(random, 32, Kind);
            for (int i = 0; i < 8; i++)
            {
                gate[random.Next(32)] = (random.NextSingle() - 0.5f) * 250f;
            }

            return (gate, FloatValues.Create(random, 32, Kind));
        }
    }
}
