using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Bound;

/// <summary>y = max(y, x + b), or max(y, x).</summary>
public sealed unsafe class TakeLargestTests
{
    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void TheLargerOneStays(string widthName)
    {
        var withBias = Compile(widthName, hasBias: true);
        var without = Compile(widthName, hasBias: false);
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            from hasBias in Gen.Elements(true, false)
            select (Seed: seed, Length: length, Kind: kind, HasBias: hasBias);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] y = FloatValues.Create(random, c.Length, c.Kind);
            float[] x = FloatValues.Create(random, c.Length, c.Kind);
            float[] b = FloatValues.Create(random, c.Length, c.Kind);
            using GuardedBuffer largest = GuardedBuffer.OfFloats(y);
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            using GuardedBuffer biases = GuardedBuffer.OfFloats(b);
            (c.HasBias ? withBias : without)(largest.Floats, values.Floats, c.HasBias ? biases.Floats : null, c.Length);
            largest.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                float value = c.HasBias ? x[i] + b[i] : x[i];
                ErrorBound.Same(largest.Floats[i], MathF.Max(y[i], value), "value {0}", i);
            }
        });
    }

    /// <summary>Whichever of the two it is, and wherever in a vector, or behind the last.</summary>
    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ANaNStays(string widthName)
    {
        const int Length = 37;
        var kernel = Compile(widthName, hasBias: true);
        for (int place = 0; place < Length; place++)
        {
            foreach (bool isOld in new[] { true, false })
            {
                float[] y = new float[Length];
                float[] x = new float[Length];
                (isOld ? y : x)[place] = float.NaN;
                using GuardedBuffer largest = GuardedBuffer.OfFloats(y);
                using GuardedBuffer values = GuardedBuffer.OfFloats(x);
                using GuardedBuffer biases = GuardedBuffer.OfFloats(new float[Length]);
                kernel(largest.Floats, values.Floats, biases.Floats, Length);
                for (int i = 0; i < Length; i++)
                {
                    float.IsNaN(largest.Floats[i]).ShouldBe(i == place);
                }
            }
        }
    }

    private static delegate*<float*, float*, float*, int, void> Compile(string widthName, bool hasBias)
    {
        VectorWidth width = Widths.Require(widthName);
        return (delegate*<float*, float*, float*, int, void>)KernelLibrary
            .Compile(width, [Requests.Of("TakeLargest", "TakeLargest", width, ("HasBias", hasBias))])
            .Pointer("TakeLargest");
    }
}
