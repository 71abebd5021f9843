using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Activation;

/// <summary>y = f(x) or f(x) · factor, 32 values at a time, and the same into a block of a quantised row.</summary>
public sealed unsafe class ActivateTests
{
    private static readonly int[] ColumnCounts = [32, 96, 320];

    public static MatrixTheoryData<string, string, bool> WidthsAndFunctions =>
        new(VectorWidth.All.Select(width => width.Name), ["Silu", "Gelu", "ExactGelu", "SquaredRelu", "Relu", "ClampedSwiGlu", "Identity"], [false, true]);

    [Theory]
    [MemberData(nameof(WidthsAndFunctions))]
    public void ValuesAreWithinTheirBound(string widthName, string function, bool isGated)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, [Requests.Of("Activate", "Activate", width, Constants(function, isGated))]);
        Properties.Hold(Cases(), 200, c =>
        {
            (float[] x, float[] factor) = c.Values();
            using GuardedBuffer input = GuardedBuffer.OfFloats(x);
            using GuardedBuffer factors = GuardedBuffer.OfFloats(factor);
            using GuardedBuffer y = GuardedBuffer.OfFloats(32);
            var kernel = (delegate*<float*, float*, float*, void>)library.Pointer("Activate");
            kernel(input.Floats, factors.Floats, y.Floats);
            y.ShouldBeIntact();
            for (int i = 0; i < 32; i++)
            {
                (double value, double bound) = Function(function, x[i]);
                double scale = (isGated, function) switch
                {
                    (false, _) => 1,
                    (_, "ClampedSwiGlu") => Math.Clamp((double)factor[i], -7, 7) + 1,
                    _ => factor[i],
                };
                double roundings = isGated && function == "ClampedSwiGlu" ? 8 * ErrorBound.Unit * Math.Abs(value) : 0;
                bound = bound * Math.Abs(scale) + ErrorBound.Unit * Math.Abs(value * scale) + ErrorBound.Tiny + roundings;
                ErrorBound.Check(y.Floats[i], value * scale, bound, "value {0}", i);
            }

            // In place of either input.
            kernel(input.Floats, factors.Floats, input.Floats);
            Assert.Equal(y.ByteSpan, input.ByteSpan);
        });
    }

    /// <summary>A function and what the kernel's value may be off by before it is multiplied.</summary>
    private static (double Value, double Bound) Function(string function, double x)
    {
        double u = ErrorBound.Unit;

        // Exp errs by 3·10⁻⁷, sum and quotient round; below -87 the exponential stays at e⁸⁸ or above, so that the quotient is off by at most
        // |x| · e⁻⁸⁷.
        double silu = x / (1 + Math.Exp(-x));
        double end = Math.Abs(x) * Math.Exp(-87) + ErrorBound.Tiny;
        if (function == "Gelu")
        {
            // The exponent itself is rounded three times: an error of its size, times its value, in the exponential.
            double exponent = -2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
            double gelu = x / (1 + Math.Exp(exponent));
            return (gelu, (3e-7 + 4 * u + 4 * u * Math.Min(Math.Abs(exponent), 100)) * Math.Abs(gelu) + end);
        }

        return function switch
        {
            "ExactGelu" => ExactGelu(x),
            "Silu" => (silu, (3e-7 + 3 * u) * Math.Abs(silu) + end),
            "SquaredRelu" => (Math.Pow(Math.Max(x, 0), 2), u * x * x + ErrorBound.Tiny),
            "Relu" => (Math.Max(x, 0), 0),
            "ClampedSwiGlu" => ClampedSwish(Math.Min(x, 7)),
            _ => (x, 0),
        };
    }

    // The kernel's polynomial is within 7.5·10⁻⁸ of Φ, and far out no larger than e^(-x²/2); with it are multiplied an exponential, which errs by
    // 3·10⁻⁷ and by its exponent's rounding, and some sums that round.
    private static (double Value, double Bound) ExactGelu(double x)
    {
        double u = ErrorBound.Unit;
        double square = Math.Min(x * x, 1000);
        double tail = Math.Exp(-square / 2);
        double value = 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));
        double error = Math.Min(7.5e-8, tail) + (3e-7 + (8 + square) * u) * tail + ErfError;
        return (value, Math.Abs(x) * (error + Math.Exp(-87)) + 2 * u * Math.Abs(value) + ErrorBound.Tiny);
    }

    // What is left of 1 + erf(x) where it cancels.
    private const double ErfError = 1e-14;

    // 2/√π · ∫₀ˣ e^(-t²) dt by Simpson's rule; beyond 6 it is 1 but for 2·10⁻¹⁷.
    private static double Erf(double x)
    {
        const int Halves = 2000;
        double end = Math.Clamp(x, -6, 6);
        double width = end / Halves;
        double sum = 1 + Math.Exp(-end * end);
        for (int i = 1; i < Halves; i++)
        {
            double t = i * width;
            sum += (i % 2 == 1 ? 4 : 2) * Math.Exp(-t * t);
        }

        return 2 / Math.Sqrt(Math.PI) * sum * width / 3;
    }

    // As silu's; the exponent is a rounded product with a factor that is no float: an error of its size, times its value, in the exponential.
    private static (double Value, double Bound) ClampedSwish(double gate)
    {
        double exponent = -1.702 * gate;
        double value = gate / (1 + Math.Exp(exponent));
        return (value, (3e-7 + 3 * ErrorBound.Unit + 3 * ErrorBound.Unit * Math.Min(Math.Abs(exponent), 100)) * Math.Abs(value)
            + Math.Abs(gate) * Math.Exp(-87) + ErrorBound.Tiny);
    }

    private static (string Name, object Value)[] Constants(string function, bool isGated) =>
    [
        ("IsSilu", function == "Silu"), ("IsGelu", function == "Gelu"), ("IsExactGelu", function == "ExactGelu"),
        ("IsSquaredRelu", function == "SquaredRelu"), ("IsRelu", function == "Relu"),
        ("IsClampedSwiGlu", function == "ClampedSwiGlu"), ("IsGated", isGated),
    ];

    public static MatrixTheoryData<string, string, string> LevelsFormatsAndFunctions => new(
        Levels.Names,
        [nameof(ActivationFormat.Int8Blocks), nameof(ActivationFormat.Int16Blocks)],
        ["Silu", "Gelu", "ExactGelu", "SquaredRelu", "Relu", "ClampedSwiGlu", "Identity"]);

    [Theory]
    [MemberData(nameof(LevelsFormatsAndFunctions))]
    public void QuantizedValuesAreTheValuesQuantized(string levelName, string formatName, string function)
    {
        bool isGated = function != "SquaredRelu";
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        bool words = format == ActivationFormat.Int16Blocks;
        Level level = Levels.Require(levelName);
        VectorWidth width = level.Width;
        int numberBytes = words && !level.HasDot ? 64 : 32;
        KernelLibrary library = KernelLibrary.Compile(
            width,
            [
                Requests.Of("Activate", "Activate", width, Constants(function, isGated)),
                Requests.Of("QuantizeRow", "Quantize", width, ("Length", 32), ("Words", words), level.Constant),
                .. ColumnCounts.Select(columns => Requests.Of(
                    "ActivateQuantize",
                    "ActivateQuantize" + columns,
                    width,
                    [("Columns", columns), ("Words", words), level.Constant, .. Constants(function, isGated)])),
            ]);
        Properties.Hold(Cases(), 200, c =>
        {
            (float[] gate, float[] up) = c.Values();
            using GuardedBuffer gates = GuardedBuffer.OfFloats(gate);
            using GuardedBuffer ups = GuardedBuffer.OfFloats(up);
            using GuardedBuffer product = GuardedBuffer.OfFloats(32);
            using var block = new GuardedBuffer(QuantizedRow.Length(format, 32));
            ((delegate*<float*, float*, float*, void>)library.Pointer("Activate"))(gates.Floats, ups.Floats, product.Floats);
            ((delegate*<float*, byte*, void>)library.Pointer("Quantize"))(product.Floats, block.Bytes);

            byte[] expected = Enumerable.Repeat((byte)0xA5, QuantizedRow.Stride(format, c.Columns)).ToArray();
            using var row = new GuardedBuffer(expected.Length);
            expected.CopyTo(row.ByteSpan);
            block.ByteSpan[..numberBytes].CopyTo(expected.AsSpan(c.Block * numberBytes));
            for (int word = QuantizedRow.ScalesOffset(format, 32), field = 0; word < block.ByteSpan.Length; word += 4, field++)
            {
                // Scale, bias and sums stand one each a block, all blocks' scales first.
                int place = QuantizedRow.ScalesOffset(format, c.Columns) + (field * (c.Columns / QuantizedRow.BlockLength) + c.Block) * 4;
                block.ByteSpan[word..(word + 4)].CopyTo(expected.AsSpan(place));
            }

            nint kernel = library.Pointer("ActivateQuantize" + c.Columns);
            ((delegate*<float*, float*, byte*, int, void>)kernel)(gates.Floats, ups.Floats, row.Bytes, c.Block);
            row.ShouldBeIntact();
            Assert.Equal(expected, row.ByteSpan.ToArray());
        });
    }

    private static Gen<ActivateCase> Cases() =>
        from seed in Properties.Seeds
        from kind in Gen.Elements(Enum.GetValues<FloatKind>())
        from columns in Gen.Elements(ColumnCounts)
        from block in Gen.Choose(0, columns / 32 - 1)
        select new ActivateCase(kind, columns, block, seed);

    private sealed record ActivateCase(FloatKind Kind, int Columns, int Block, int Seed)
    {
        public (float[] Gate, float[] Up) Values()
        {
            // Also around ±87, where the exponential ends.
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
