using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Multiply;

/// <summary>x = x · factor, and x = x · y.</summary>
public sealed unsafe class MultiplyTests
{
    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryProductIsTheFloatProduct(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float, int, void>)KernelLibrary.Compile(width, [Requests.Of("Multiply", "Multiply", width)]).Pointer("Multiply");
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Length, c.Kind);
            float factor = (random.NextSingle() - 0.5f) * 50f;
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            kernel(values.Floats, factor, c.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                ErrorBound.Same(values.Floats[i], x[i] * factor, "value {0}", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryProductWithAVectorIsTheFloatProduct(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float*, int, void>)KernelLibrary
            .Compile(width, [Requests.Of("MultiplyVector", "MultiplyVector", width)]).Pointer("MultiplyVector");
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Length, c.Kind);
            float[] y = FloatValues.Create(random, c.Length, c.Kind);
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            using GuardedBuffer factors = GuardedBuffer.OfFloats(y);
            kernel(values.Floats, factors.Floats, c.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                ErrorBound.Same(values.Floats[i], x[i] * y[i], "value {0}", i);
            }
        });
    }
}
