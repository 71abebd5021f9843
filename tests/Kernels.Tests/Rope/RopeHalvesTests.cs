using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Rope;

/// <summary>Rotary position embedding of halves.</summary>
public sealed unsafe class RopeHalvesTests
{
    private static readonly (int Head, int Rotary)[] Shapes =
        [(8, 8), (32, 32), (64, 64), (80, 80), (96, 96), (128, 128), (80, 32), (64, 2), (96, 20), (128, 38)];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void RotationIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Shapes.Select(shape => Request(width, shape.Head, shape.Rotary)));
        var cases =
            from seed in Properties.Seeds
            from shape in Gen.Elements(Shapes)
            from count in Gen.Choose(1, 9)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, shape.Head, shape.Rotary, Count: count, Kind: kind);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Count * c.Head, c.Kind);
            float[] angles = Angles(random.Next(4096), c.Rotary);
            using GuardedBuffer heads = GuardedBuffer.OfFloats(x);
            using GuardedBuffer table = GuardedBuffer.OfFloats(angles);
            ((delegate*<float*, int, float*, void>)library.Pointer(Name(c.Head, c.Rotary)))(heads.Floats, c.Count, table.Floats);
            heads.ShouldBeIntact();
            for (int i = 0; i < x.Length; i++)
            {
                int d = i % c.Head;
                if (d >= c.Rotary)
                {
                    ErrorBound.Same(heads.Floats[i], x[i], "value {0}, which does not turn", i);
                    continue;
                }

                int half = c.Rotary / 2;
                double own = (double)x[i] * angles[d % half];
                double other = d < half ? -(double)x[i + half] * angles[half + d] : (double)x[i - half] * angles[d];

                // Two products and a sum are rounded.
                double bound = 2 * ErrorBound.Unit * (Math.Abs(own) + Math.Abs(other)) + 3 * ErrorBound.Tiny;
                ErrorBound.Check(heads.Floats[i], own + other, bound, "value {0}", i);
            }
        });
    }

    /// <summary>C, then S, of one position as the plan's tables hold them.</summary>
    private static float[] Angles(int position, int rotary)
    {
        var cosines = new List<float>();
        var sines = new List<float>();
        for (int i = 0; i < rotary / 2; i++)
        {
            (double sine, double cosine) = Math.SinCos(position * Math.Pow(10000, -2.0 * i / rotary));
            cosines.Add((float)cosine);
            sines.Add((float)sine);
        }

        return [.. cosines, .. sines];
    }

    private static KernelRequest Request(VectorWidth width, int head, int rotary) =>
        Requests.Of("RopeHalves", Name(head, rotary), width, ("HeadDimension", head), ("RotaryDimensions", rotary));

    private static string Name(int head, int rotary) => $"Rope_H{head}_R{rotary}";
}
