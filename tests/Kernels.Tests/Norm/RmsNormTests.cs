using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Norm;

/// <summary>y = x · weight / sqrt(mean(x²) + ε) and the same into a quantised row.</summary>
public sealed unsafe class RmsNormTests
{
    private const float Epsilon = 1e-5f;

    private static readonly int[] Lengths = [1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 48, 64, 80, 96, 288, 576, 1000];

    private static readonly int[] QuantizedLengths = [32, 64, 96, 288, 576, 2048];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void NormIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Lengths.Select(length => Norm(width, length)));
        Properties.Hold(Cases(Lengths), 300, c =>
        {
            (float[] x, float[] weight) = c.Values();
            using GuardedBuffer input = GuardedBuffer.OfFloats(x);
            using GuardedBuffer weights = GuardedBuffer.OfFloats(weight);
            using GuardedBuffer y = GuardedBuffer.OfFloats(c.Length);
            ((delegate*<float*, float*, float*, void>)library.Pointer("Norm" + c.Length))(input.Floats, weights.Floats, y.Floats);
            y.ShouldBeIntact();
            double scale = 1 / Math.Sqrt(x.Sum(value => (double)value * value) / c.Length + Epsilon);
            for (int i = 0; i < c.Length; i++)
            {
                double expected = x[i] * scale * weight[i];
                ErrorBound.Check(y.Floats[i], expected, Bound(c.Length, expected), "value {0}", i);
            }

            // In place.
            ((delegate*<float*, float*, float*, void>)library.Pointer("Norm" + c.Length))(input.Floats, weights.Floats, input.Floats);
            for (int i = 0; i < c.Length; i++)
            {
                ErrorBound.Same(input.Floats[i], y.Floats[i], "value {0} in place", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ANormWithoutWeightsIsThatOfWeightsOfOne(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Lengths.SelectMany(length => new[]
        {
            Norm(width, length),
            Requests.Of("RmsNorm", "Plain" + length, width, ("Length", length), ("Epsilon", Epsilon), ("HasWeight", false)),
        }));
        Properties.Hold(Cases(Lengths), 100, c =>
        {
            using GuardedBuffer input = GuardedBuffer.OfFloats(c.Values().X);
            using GuardedBuffer ones = GuardedBuffer.OfFloats([.. Enumerable.Repeat(1f, c.Length)]);
            using GuardedBuffer expected = GuardedBuffer.OfFloats(c.Length);
            using GuardedBuffer actual = GuardedBuffer.OfFloats(c.Length);
            ((delegate*<float*, float*, float*, void>)library.Pointer("Norm" + c.Length))(input.Floats, ones.Floats, expected.Floats);
            ((delegate*<float*, float*, float*, void>)library.Pointer("Plain" + c.Length))(input.Floats, null, actual.Floats);
            actual.ShouldBeIntact();
            Assert.Equal(expected.ByteSpan, actual.ByteSpan);
        });
    }

    public static MatrixTheoryData<string, string> LevelsAndFormats =>
        new(Levels.Names, [nameof(ActivationFormat.Int8Blocks), nameof(ActivationFormat.Int16Blocks)]);

    [Theory]
    [MemberData(nameof(LevelsAndFormats))]
    public void QuantizedNormIsTheNormQuantized(string levelName, string formatName)
    {
        ActivationFormat format = Enum.Parse<ActivationFormat>(formatName);
        bool words = format == ActivationFormat.Int16Blocks;
        Level level = Levels.Require(levelName);
        VectorWidth width = level.Width;
        KernelLibrary library = KernelLibrary.Compile(
            width,
            QuantizedLengths.SelectMany(length => new[]
            {
                Norm(width, length),
                Requests.Of("RmsNormQuantize", "NormQuantize" + length, width, ("Length", length), ("Epsilon", Epsilon), ("Words", words), level.Constant),
                Requests.Of("QuantizeRow", "Quantize" + length, width, ("Length", length), ("Words", words), level.Constant),
            }));
        Properties.Hold(Cases(QuantizedLengths), 100, c =>
        {
            (float[] x, float[] weight) = c.Values();
            int used = QuantizedRow.Length(format, c.Length);
            using GuardedBuffer input = GuardedBuffer.OfFloats(x);
            using GuardedBuffer weights = GuardedBuffer.OfFloats(weight);
            using GuardedBuffer norm = GuardedBuffer.OfFloats(c.Length);
            using var expected = new GuardedBuffer(used);
            using var actual = new GuardedBuffer(used);
            ((delegate*<float*, float*, float*, void>)library.Pointer("Norm" + c.Length))(input.Floats, weights.Floats, norm.Floats);
            ((delegate*<float*, byte*, void>)library.Pointer("Quantize" + c.Length))(norm.Floats, expected.Bytes);
            var kernel = (delegate*<float*, float*, byte*, void>)library.Pointer("NormQuantize" + c.Length);
            kernel(input.Floats, weights.Floats, actual.Bytes);
            actual.ShouldBeIntact();
            Assert.Equal(expected.ByteSpan, actual.ByteSpan);
        });
    }

    /// <summary>
    /// Σ x² runs in two chains of vectors of at least four lanes: each square is rounded, and added at most length/8 times, then a few
    /// times more to join chains, lanes and tail; the square root halves the relative error. Mean, ε, root, quotient and the two products
    /// add six.
    /// </summary>
    private static double Bound(int length, double expected) =>
        (length / 16.0 + 16) * ErrorBound.Unit * Math.Abs(expected) + 4 * ErrorBound.Tiny;

    private static KernelRequest Norm(VectorWidth width, int length) =>
        Requests.Of("RmsNorm", "Norm" + length, width, ("Length", length), ("Epsilon", Epsilon));

    private static Gen<NormCase> Cases(int[] lengths) =>
        from seed in Properties.Seeds
        from length in Gen.Elements(lengths)
        from kind in Gen.Elements(Enum.GetValues<FloatKind>())
        select new NormCase(length, kind, seed);

    private sealed record NormCase(int Length, FloatKind Kind, int Seed)
    {
        public (float[] X, float[] Weight) Values()
        {
            var random = new Random(Seed);
            return (FloatValues.Create(random, Length, Kind), FloatValues.Create(random, Length, FloatKind.Usual));
        }
    }
}
