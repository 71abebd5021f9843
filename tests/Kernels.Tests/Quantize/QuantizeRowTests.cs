using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Quantize;

/// <summary>y = q8(x): the kernel must do exactly what a plain float loop does.</summary>
public sealed unsafe class QuantizeRowTests
{
    private static readonly int[] Lengths = [32, 64, 96, 288, 576];

    public static MatrixTheoryData<string, string> LevelsAndFormats =>
        new(Levels.Names, [nameof(ActivationFormat.Int8Blocks), nameof(ActivationFormat.Int16Blocks)]);

    [Theory]
    [MemberData(nameof(LevelsAndFormats))]
    public void EveryNumberScaleAndSumIsExact(string levelName, string formatName)
    {
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        Level level = Levels.Require(levelName);
        KernelLibrary library = Compile(level, format);
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Elements(Lengths)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c => Check(library, level, format, FloatValues.Create(new Random(c.Seed), c.Length, c.Kind)));
    }

    [Theory]
    [MemberData(nameof(LevelsAndFormats))]
    public void EdgesAreExact(string levelName, string formatName)
    {
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        Level level = Levels.Require(levelName);
        KernelLibrary library = Compile(level, format);
        float[] one = [-0f, 1e-45f, 1.4929e-36f, 1.494e-36f, -1.5e-36f, 127f, -127f, 1e30f, float.MaxValue, float.MinValue, 0.1f];
        foreach (float value in one)
        {
            // The value alone, the value everywhere, and ties: halves of the scale, which round to even.
            Check(library, level, format, [.. new float[31], value]);
            Check(library, level, format, [.. Enumerable.Repeat(value, 32)]);
            Check(library, level, format, [.. Enumerable.Range(0, 31).Select(i => value / 127f * (i * 4 - 61.5f)), value]);
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndFormats))]
    public void ABlockWithNaNIsNaN(string levelName, string formatName)
    {
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        Level level = Levels.Require(levelName);
        KernelLibrary library = Compile(level, format);
        for (int position = 0; position < 64; position++)
        {
            float[] x = FloatValues.Create(new Random(position), 64, FloatKind.Usual);
            x[position] = float.NaN;
            using GuardedBuffer row = Run(library, format, x);
            for (int block = 0; block < 2; block++)
            {
                float.IsNaN(((float*)(row.Bytes + QuantizedRow.ScalesOffset(format, 64)))[block]).ShouldBe(block == position / 32);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndFormats))]
    public void WordsMayBeFiner(string levelName, string formatName)
    {
        const int Steps = 32767;
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        Level level = Levels.Require(levelName);
        KernelLibrary library = Compile(level, format, Steps);
        int expected = format == ActivationFormat.Int16Blocks && !level.HasDot ? Steps : 127;
        foreach (int seed in Enumerable.Range(0, 50))
        {
            Check(library, level, format, FloatValues.Create(new Random(seed), Lengths[seed % Lengths.Length], FloatKind.Usual), expected);
        }

        Check(library, level, format, [.. new float[30], 1.7e-36f, 3.9e-34f], expected);
    }

    private static KernelLibrary Compile(Level level, ActivationFormat format, int steps = 127) =>
        KernelLibrary.Compile(
            level.Width,
            Lengths.Select(length => Requests.Of(
                "QuantizeRow",
                "Quantize" + length,
                level.Width,
                ("Length", length),
                ("Words", format == ActivationFormat.Int16Blocks),
                ("Steps", (float)steps),
                level.Constant)));

    private static GuardedBuffer Run(KernelLibrary library, ActivationFormat format, float[] x)
    {
        using GuardedBuffer input = GuardedBuffer.OfFloats(x);
        var row = new GuardedBuffer(QuantizedRow.Length(format, x.Length));
        ((delegate*<float*, byte*, void>)library.Pointer("Quantize" + x.Length))(input.Floats, row.Bytes);
        row.ShouldBeIntact();
        return row;
    }

    private static void Check(KernelLibrary library, Level level, ActivationFormat format, float[] x, int steps = 127)
    {
        using GuardedBuffer row = Run(library, format, x);
        for (int block = 0; block < x.Length / QuantizedRow.BlockLength; block++)
        {
            float[] values = x[(block * QuantizedRow.BlockLength)..((block + 1) * QuantizedRow.BlockLength)];
            float maximum = values.Max(MathF.Abs);
            bool zero = maximum < steps * 1.17559E-38f;
            float d = zero ? 0 : maximum / steps;
            float inverse = zero ? 0 : steps / maximum;
            int[] sums = [0, 0];
            for (int i = 0; i < values.Length; i++)
            {
                int column = block * QuantizedRow.BlockLength + i;
                int q = format == ActivationFormat.Int8Blocks ? ((sbyte*)row.Bytes)[column]
                    : level.HasDot ? ((sbyte*)row.Bytes)[QuantizedRow.OffsetOfQuad(column)]
                    : ((short*)row.Bytes)[column];
                q.ShouldBe((int)MathF.Round(values[i] * inverse, MidpointRounding.ToEven), $"number {i} of block {block}");
                sums[i / 16] += q;

                // Rounding to a whole number errs by half a step; quotient, scale and product by three roundings of at most so many steps.
                double bound = zero ? maximum : d * (0.5 + steps * 3.0 * ErrorBound.Unit);
                ErrorBound.Check((double)d * q, values[i], bound, "value {0} of block {1}", i, block);
            }

            ErrorBound.Same(((float*)(row.Bytes + QuantizedRow.ScalesOffset(format, x.Length)))[block], d, "scale of block {0}", block);
            if (format == ActivationFormat.Int8Blocks)
            {
                float bias = d * (-8 * (sums[0] + sums[1]));
                ErrorBound.Same(((float*)(row.Bytes + QuantizedRow.BiasesOffset(x.Length)))[block], bias, "bias of block {0}", block);
                short* pair = (short*)(row.Bytes + QuantizedRow.SumsOffset(x.Length)) + 2 * block;
                ((int)pair[0]).ShouldBe(sums[0]);
                ((int)pair[1]).ShouldBe(sums[1]);
            }
        }
    }
}
