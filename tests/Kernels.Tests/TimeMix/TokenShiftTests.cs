using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>y = x + (before - x) · shift, or · (shift + offset).</summary>
public sealed unsafe class TokenShiftTests
{
    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width,
            [
                Requests.Of("TokenShift", "TokenShift_False", width, ("HasOffset", false)),
                Requests.Of("TokenShift", "TokenShift_True", width, ("HasOffset", true)),
            ]);
        var cases =
            from seed in Properties.Seeds
            from count in Gen.Choose(1, 100)
            from hasOffset in Gen.Elements(true, false)
            from kind in Gen.Elements(FloatKind.Usual, FloatKind.Wide, FloatKind.Sparse)
            select (Seed: seed, Count: count, HasOffset: hasOffset, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Count, c.Kind);
            float[] before = FloatValues.Create(random, c.Count, c.Kind);
            float[] shift = FloatValues.Create(random, c.Count, FloatKind.Usual);
            float[] offset = FloatValues.Create(random, c.Count, FloatKind.Usual);
            using GuardedBuffer ofX = GuardedBuffer.OfFloats(x);
            using GuardedBuffer ofBefore = GuardedBuffer.OfFloats(before);
            using GuardedBuffer ofShift = GuardedBuffer.OfFloats(shift);
            using GuardedBuffer ofOffset = GuardedBuffer.OfFloats(offset);
            using GuardedBuffer y = GuardedBuffer.OfFloats(c.Count);
            var kernel = (delegate*<float*, float*, float*, float*, float*, int, void>)library.Pointer($"TokenShift_{c.HasOffset}");
            kernel(ofX.Floats, ofBefore.Floats, ofShift.Floats, c.HasOffset ? ofOffset.Floats : null, y.Floats, c.Count);
            y.ShouldBeIntact();
            for (int i = 0; i < c.Count; i++)
            {
                // The difference, the share and the sum are rounded.
                double share = shift[i] + (c.HasOffset ? (double)offset[i] : 0);
                double size = Math.Abs(shift[i]) + (c.HasOffset ? Math.Abs(offset[i]) : 0);
                double expected = x[i] + ((double)before[i] - x[i]) * share;
                double bound = 4 * ErrorBound.Unit * (Math.Abs(x[i]) + (Math.Abs(before[i]) + Math.Abs(x[i])) * size) + 4 * ErrorBound.Tiny;
                ErrorBound.Check(y.Floats[i], expected, bound, "channel {0}", i);
            }
        });
    }
}
