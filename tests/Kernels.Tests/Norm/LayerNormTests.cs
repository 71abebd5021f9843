using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Norm;

/// <summary>y = (x - mean(x)) / sqrt(variance(x) + ε) · weight + bias, and the same with 0 for the mean.</summary>
public sealed unsafe class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    private static readonly int[] Lengths = [1, 2, 7, 15, 16, 17, 33, 64, 80, 288, 1000];

    public static MatrixTheoryData<string, bool, bool, bool> WidthsAndParts =>
        new(VectorWidth.All.Select(width => width.Name), [false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(WidthsAndParts))]
    public void NormIsWithinItsBound(string widthName, bool isCentred, bool hasWeight, bool hasBias)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Lengths.Select(length => Requests.Of(
            "LayerNorm",
            "Norm" + length,
            width,
            ("Length", length),
            ("Epsilon", Epsilon),
            ("IsCentred", isCentred),
            ("HasWeight", hasWeight),
            ("HasBias", hasBias))));
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Elements(Lengths)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Length, c.Kind);
            float[] weight = FloatValues.Create(random, c.Length, FloatKind.Usual);
            float[] bias = FloatValues.Create(random, c.Length, FloatKind.Usual);
            using GuardedBuffer input = GuardedBuffer.OfFloats(x);
            using GuardedBuffer weights = GuardedBuffer.OfFloats(weight);
            using GuardedBuffer biases = GuardedBuffer.OfFloats(bias);
            using GuardedBuffer y = GuardedBuffer.OfFloats(c.Length);
            var kernel = (delegate*<float*, float*, float*, float*, void>)library.Pointer("Norm" + c.Length);
            float* ownWeights = hasWeight ? weights.Floats : null;
            float* ownBiases = hasBias ? biases.Floats : null;
            kernel(input.Floats, ownWeights, ownBiases, y.Floats);
            y.ShouldBeIntact();

            double mean = isCentred ? x.Average(value => (double)value) : 0;
            double scale = 1 / Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)) / c.Length + Epsilon);
            double largest = x.Max(value => Math.Abs((double)value));
            for (int i = 0; i < c.Length; i++)
            {
                double factor = hasWeight ? weight[i] : 1;
                double offset = hasBias ? bias[i] : 0;
                double expected = (x[i] - mean) * scale * factor + offset;
                ErrorBound.Check(y.Floats[i], expected, Bound(c.Length, largest, scale, factor, offset), "value {0}", i);
            }

            kernel(input.Floats, ownWeights, ownBiases, input.Floats);
            Assert.Equal(y.ByteSpan, input.ByteSpan);
        });
    }

    /// <summary>
    /// Both sums run in vectors of at least four lanes: an addend is rounded length / 4 times and a few more. That much of the largest |x| the mean
    /// is off by, and each deviation with it; the scale is off by that much of itself, and by what the deviations are off by. Deviations are at
    /// most 2 · largest.
    /// </summary>
    private static double Bound(int length, double largest, double scale, double factor, double offset)
    {
        double sums = (length / 4.0 + 16) * ErrorBound.Unit;
        double deviation = 2 * largest;
        double ofScale = 2 * sums + 2 * sums * largest * scale;
        return Math.Abs(factor) * scale * (2 * sums * largest + deviation * ofScale) + 4 * ErrorBound.Unit * Math.Abs(offset)
            + 8 * ErrorBound.Unit * Math.Abs(factor) * scale * deviation + 1e-40;
    }
}
