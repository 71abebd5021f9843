using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Activation;

/// <summary>x = max(x - mean - Deviations · σ, 0).</summary>
public sealed unsafe class CutBelowTests
{
    private const float Deviations = 1.64485335f;

    private static readonly int[] Lengths = [2, 15, 16, 33, 64, 96, 288, 1000];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void WhatIsLeftIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, Lengths.Select(length => Requests.Of("CutBelow", "Cut" + length, width, ("Length", length), ("Deviations", Deviations))));
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Elements(Lengths)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            float[] x = FloatValues.Create(new Random(c.Seed), c.Length, c.Kind);
            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            ((delegate*<float*, void>)library.Pointer("Cut" + c.Length))(values.Floats);
            values.ShouldBeIntact();
            double mean = x.Average(value => (double)value);
            double deviation = Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)) / (c.Length - 1));
            double cut = mean + Deviations * deviation;

            // Both sums run in lanes: an addend is rounded length / 4 times and a few more; the mean's error is in each deviation.
            double bound = (c.Length / 4.0 + 16) * ErrorBound.Unit * 8 * x.Max(value => Math.Abs((double)value)) + 4 * ErrorBound.Tiny;
            for (int i = 0; i < x.Length; i++)
            {
                ErrorBound.Check(values.Floats[i], Math.Max(x[i] - cut, 0), bound, "value {0}", i);
            }
        });
    }
}
