using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Activation;

/// <summary>xIELU of 32 values in place.</summary>
public sealed unsafe class XieluTests
{
    private const float AlphaPositive = 1.1f;
    private const float AlphaNegative = 1.6f;
    private const float Beta = 0.5f;
    private const float Epsilon = -1e-6f;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ValuesAreWithinTheirBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float, float, float, float, void>)KernelLibrary
            .Compile(width, [Requests.Of("Xielu", "Xielu", width)])
            .Pointer("Xielu");
        var cases =
            from seed in Properties.Seeds
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Kind: kind);
        Properties.Hold(cases, 300, c =>
        {
            float[] x = FloatValues.Create(new Random(c.Seed), 32, c.Kind);
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            kernel(values.Floats, AlphaPositive, AlphaNegative, Beta, Epsilon);
            values.ShouldBeIntact();
            for (int i = 0; i < x.Length; i++)
            {
                (double expected, double bound) = x[i] > 0 ? Positive(x[i]) : Negative(x[i]);
                ErrorBound.Check(values.Floats[i], expected, bound, "value {0}", i);
            }
        });
    }

    // Two products and a fused or rounded sum.
    private static (double Value, double Bound) Positive(double x)
    {
        double square = (double)AlphaPositive * x * x;
        double line = (double)Beta * x;
        return (square + line, 4 * ErrorBound.Unit * (Math.Abs(square) + Math.Abs(line)) + 4 * ErrorBound.Tiny);
    }

    // The exponential errs by 3·10⁻⁷, and three sums and a product round, each by the size of its terms.
    private static (double Value, double Bound) Negative(double x)
    {
        double power = Math.Exp(Math.Min(x, Epsilon));
        double terms = power + 1 + Math.Abs(x);
        double curve = AlphaNegative * (power - 1 - x);
        double line = (double)Beta * x;
        double bound = AlphaNegative * (3e-7 * power + 4 * ErrorBound.Unit * terms) + 2 * ErrorBound.Unit * Math.Abs(line);
        return (curve + line, bound + Math.Exp(-87));
    }
}
