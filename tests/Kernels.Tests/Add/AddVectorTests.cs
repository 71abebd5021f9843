using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Add;

/// <summary>y = y + b.</summary>
public sealed unsafe class AddVectorTests
{
    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EverySumIsTheFloatSum(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float*, int, void>)KernelLibrary.Compile(width, [Requests.Of("AddVector", "AddVector", width)]).Pointer("AddVector");
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] y = FloatValues.Create(random, c.Length, c.Kind);
            float[] b = FloatValues.Create(random, c.Length, c.Kind);
            using GuardedBuffer sum = GuardedBuffer.OfFloats(y);
            using GuardedBuffer bias = GuardedBuffer.OfFloats(b);
            kernel(sum.Floats, bias.Floats, c.Length);
            sum.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                ErrorBound.Same(sum.Floats[i], y[i] + b[i], "value {0}", i);
            }
        });
    }
}
