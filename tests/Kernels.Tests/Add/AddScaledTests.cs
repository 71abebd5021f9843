using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Add;

/// <summary>y = y + scale · x.</summary>
public sealed unsafe class AddScaledTests
{
    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void SumsAreWithinTheirBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float*, float, int, void>)KernelLibrary
            .Compile(width, [Requests.Of("AddScaled", "AddScaled", width)])
            .Pointer("AddScaled");
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] y = FloatValues.Create(random, c.Length, c.Kind);
            float[] x = FloatValues.Create(random, c.Length, c.Kind);
            float scale = random.NextSingle() * 2 - 1;
            using GuardedBuffer sum = GuardedBuffer.OfFloats(y);
            using GuardedBuffer branch = GuardedBuffer.OfFloats(x);
            kernel(sum.Floats, branch.Floats, scale, c.Length);
            sum.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                // The product is rounded where there is no fused multiply-add.
                double product = (double)scale * x[i];
                double bound = ErrorBound.Unit * (Math.Abs(product) + Math.Abs(y[i] + product)) + 2 * ErrorBound.Tiny;
                ErrorBound.Check(sum.Floats[i], y[i] + product, bound, "value {0}", i);
            }
        });
    }
}
