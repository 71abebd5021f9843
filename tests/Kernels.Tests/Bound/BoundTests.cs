using System;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Bound;

/// <summary>Values within a bound: cut off at it, or bent towards it.</summary>
public sealed unsafe class BoundTests
{
    private const float Bound = 1.5f;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ClampCutsOffAtTheBound(string widthName)
    {
        delegate*<float*, int, void> kernel = Compile("Clamp", widthName);
        Properties.Hold(Cases(), 200, c =>
        {
            float[] x = c.Values();
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            kernel(values.Floats, x.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < x.Length; i++)
            {
                ErrorBound.Same(values.Floats[i], Math.Clamp(x[i], -Bound, Bound), "value {0}", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void SoftCapBendsTowardsTheBound(string widthName)
    {
        delegate*<float*, int, void> kernel = Compile("SoftCap", widthName);
        Properties.Hold(Cases(), 200, c =>
        {
            // It may change what stands up to the end of the last vector, and nothing behind.
            float[] x = c.Values();
            int whole = (x.Length + 15) / 16 * 16;
            using GuardedBuffer values = GuardedBuffer.OfFloats(whole);
            values.FloatSpan.Clear();
            x.CopyTo(values.FloatSpan);
            kernel(values.Floats, x.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < x.Length; i++)
            {
                // tanh is off by 4·10⁻⁷; the quotient and the product round.
                double expected = Bound * Math.Tanh((double)x[i] / Bound);
                ErrorBound.Check(values.Floats[i], expected, Bound * (4e-7 + 4 * ErrorBound.Unit), "value {0}", i);
            }
        });
    }

    private static delegate*<float*, int, void> Compile(string file, string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        return (delegate*<float*, int, void>)KernelLibrary.Compile(width, [Requests.Of(file, file, width, ("Bound", Bound))]).Pointer(file);
    }

    private static Gen<BoundCase> Cases() =>
        from seed in Properties.Seeds
        from length in Gen.Choose(1, 100)
        from kind in Gen.Elements(Enum.GetValues<FloatKind>())
        select new BoundCase(length, kind, seed);

    private sealed record BoundCase(int Length, FloatKind Kind, int Seed)
    {
        public float[] Values() => FloatValues.Create(new Random(Seed), Length, Kind);
    }
}
