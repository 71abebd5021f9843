using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Rope;

/// <summary>Rotary position embedding, of adjacent pairs and of halves.</summary>
public sealed unsafe class RopeTests
{
    private static readonly (int Head, int Rotary)[] Shapes =
        [(8, 8), (32, 32), (64, 64), (80, 80), (96, 96), (128, 128), (80, 32), (64, 2), (96, 20), (128, 38)];

    public static MatrixTheoryData<string, string> WidthsAndPairings => new(VectorWidth.All.Select(width => width.Name), ["RopeAdjacent", "RopeHalves"]);

    [Theory]
    [MemberData(nameof(WidthsAndPairings))]
    public void RotationIsWithinItsBound(string widthName, string file)
    {
        VectorWidth width = Widths.Require(widthName);
        bool isAdjacent = file == "RopeAdjacent";
        KernelLibrary library = KernelLibrary.Compile(width, Shapes.Select(shape => Requests.Of(
            file, Name(shape.Head, shape.Rotary), width, ("HeadDimension", shape.Head), ("RotaryDimensions", shape.Rotary))));
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
            float[] angles = isAdjacent ? AdjacentAngles(random.Next(4096), c.Rotary) : HalvesAngles(random.Next(4096), c.Rotary);
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

                (double own, double other) = isAdjacent ? Adjacent(x, angles, i, d, c.Rotary) : Halves(x, angles, i, d, c.Rotary / 2);

                // Two products and a sum are rounded.
                double bound = 2 * ErrorBound.Unit * (Math.Abs(own) + Math.Abs(other)) + 3 * ErrorBound.Tiny;
                ErrorBound.Check(heads.Floats[i], own + other, bound, "value {0}", i);
            }
        });
    }

    // The two terms of an element: its own times a cosine, its partner times a sine.
    private static (double Own, double Other) Adjacent(float[] x, float[] angles, int i, int d, int rotary) =>
        ((double)x[i] * angles[d], (double)x[i ^ 1] * angles[rotary + d]);

    private static (double Own, double Other) Halves(float[] x, float[] angles, int i, int d, int half) =>
        ((double)x[i] * angles[d % half], d < half ? -(double)x[i + half] * angles[half + d] : (double)x[i - half] * angles[d]);

    /// <summary>C, then S, of one position as the kernel of adjacent pairs reads them.</summary>
    private static float[] AdjacentAngles(int position, int rotary) =>
    [
        .. Turns(position, rotary).SelectMany(turn => new[] { turn.Cosine, turn.Cosine }),
        .. Turns(position, rotary).SelectMany(turn => new[] { -turn.Sine, turn.Sine }),
    ];

    /// <summary>The same as the kernel of halves reads them.</summary>
    private static float[] HalvesAngles(int position, int rotary) =>
        [.. Turns(position, rotary).Select(turn => turn.Cosine), .. Turns(position, rotary).Select(turn => turn.Sine)];

    private static IEnumerable<(float Sine, float Cosine)> Turns(int position, int rotary) => Enumerable.Range(0, rotary / 2).Select(i =>
    {
        (double sine, double cosine) = Math.SinCos(position * Math.Pow(10000, -2.0 * i / rotary));
        return ((float)sine, (float)cosine);
    });

    private static string Name(int head, int rotary) => $"Rope_H{head}_R{rotary}";
}
