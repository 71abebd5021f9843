using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>x = tanh(x), or σ(x).</summary>
public sealed unsafe class SquashTests
{
    // Of tanh the exponential's error counts absolutely; of σ relatively, and its sum and quotient are rounded.
    private const double TanhBound = 4e-7;
    private const double SigmoidBound = 3e-7 + 3 * ErrorBound.Unit;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, [Requests.Of("Squash", "Sigmoid", width, ("IsTanh", false)), Requests.Of("Squash", "Tanh", width, ("IsTanh", true))]);
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from size in Gen.Elements(0.01f, 1f, 10f, 80f)
            from isTanh in Gen.Elements(true, false)
            select (Seed: seed, Length: length, Size: size, IsTanh: isTanh);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = new float[c.Length];
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = (2 * random.NextSingle() - 1) * c.Size;
            }

            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            var kernel = (delegate*<float*, int, void>)library.Pointer(c.IsTanh ? "Tanh" : "Sigmoid");
            kernel(values.Floats, c.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                double expected = c.IsTanh ? Math.Tanh(x[i]) : 1 / (1 + Math.Exp(-(double)x[i]));
                ErrorBound.Check(values.Floats[i], expected, c.IsTanh ? TanhBound : SigmoidBound * expected, "value {0}", i);
            }
        });
    }
}
