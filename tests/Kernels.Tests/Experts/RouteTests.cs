using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Architectures;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Experts;

/// <summary>Which experts a row takes, and their weights.</summary>
public sealed unsafe class RouteTests
{
    // Of weights that are closer, which is larger depends on rounding.
    private const double Close = 1e-5;

    private static readonly (int Experts, int Used, int Groups, int UsedGroups)[] Shapes =
    [
        (1, 1, 1, 1), (2, 1, 1, 1), (5, 5, 1, 1), (8, 2, 1, 1), (8, 2, 4, 2), (16, 4, 2, 1), (17, 3, 1, 1), (32, 4, 1, 1), (64, 8, 8, 3), (129, 20, 1, 1),
    ];

    public static MatrixTheoryData<string, string> WidthsAndGatings =>
        new(VectorWidth.All.Select(width => width.Name), Enum.GetNames<GatingFunction>());

    [Theory]
    [MemberData(nameof(WidthsAndGatings))]
    public void TheBestAreChosenAndWeighed(string widthName, string gatingName)
    {
        GatingFunction gating = Enum.Parse<GatingFunction>(gatingName);
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, Shapes.SelectMany((shape, i) => new[] { Request(width, gating, shape, i, normalises: false), Request(width, gating, shape, i, normalises: true) }));
        var cases =
            from seed in Properties.Seeds
            from shape in Gen.Choose(0, Shapes.Length - 1)
            from normalises in Gen.Elements(false, true)
            from hasBias in Gen.Elements(false, true)
            select (Seed: seed, Shape: shape, Normalises: normalises, HasBias: hasBias);
        int compared = 0;
        Properties.Hold(cases, 300, c =>
        {
            (int experts, int used, int groups, int usedGroups) = Shapes[c.Shape];
            var random = new Random(c.Seed);
            float[] logits = [.. Enumerable.Range(0, experts).Select(_ => 6 * random.NextSingle() - 3)];
            float[]? bias = c.HasBias ? [.. Enumerable.Range(0, experts).Select(_ => random.NextSingle() - 0.5f)] : null;
            double[] weights = Weights(gating, logits);
            double[] ranks = [.. weights.Select((weight, i) => weight + (bias?[i] ?? 0))];
            double[] ofGroups = [.. ranks.Chunk(experts / groups).Select(group => group.OrderDescending().Take(2).Sum())];
            if (HasClose(ranks) || (groups > 1 && HasClose(ofGroups)))
            {
                return;
            }

            compared++;
            int[] bestGroups = [.. Enumerable.Range(0, groups).OrderByDescending(group => ofGroups[group]).Take(usedGroups)];
            int[] expected = [.. Enumerable.Range(0, experts)
                .Where(expert => bestGroups.Contains(expert / (experts / groups))).OrderByDescending(expert => ranks[expert]).Take(used)];
            (int[] chosen, float[] own) = Run(library, Name(c.Shape, c.Normalises), logits, bias, used, groups);
            chosen.ShouldBe(expected);
            double[] exact = [.. expected.Select(expert => weights[expert])];
            exact = gating == GatingFunction.SoftmaxOfChosen ? Softmax(exact) : exact;
            double divisor = c.Normalises ? Math.Max(exact.Sum(), RouterSpec.LeastSum) : 1;
            for (int i = 0; i < used; i++)
            {
                // Exponentials err by 3·10⁻⁷, sums of vectors by a few roundings; the logarithm cancels at most that much again.
                ErrorBound.Check(own[i], exact[i] / divisor * Scale, 4e-6 * Math.Abs(exact[i] / divisor * Scale), "weight {0}", i);
            }
        });
        compared.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(WidthsAndGatings))]
    public void OfEqualOnesTheFirstIsChosen(string widthName, string gatingName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = Compile(width, gatingName, (32, 4, 1, 1));
        float[] logits = [.. Enumerable.Range(0, 32).Select(expert => expert is 9 or 20 ? 2f : expert % 3 == 0 ? 1f : 0f)];
        Run(library, Name(0, false), logits, null, used: 4, groups: 1).Chosen.ShouldBe([9, 20, 0, 3]);
    }

    /// <summary>Numbers that a broken model gives: as many different experts as any others choose, so that nothing is read outside of the weights.</summary>
    [Theory]
    [MemberData(nameof(WidthsAndGatings))]
    public void WhateverTheLogitsAreExpertsAreDifferent(string widthName, string gatingName)
    {
        VectorWidth width = Widths.Require(widthName);
        (int Experts, int Used, int Groups, int UsedGroups)[] shapes = [(32, 4, 1, 1), (32, 5, 4, 2)];
        foreach ((int Experts, int Used, int Groups, int UsedGroups) shape in shapes)
        {
            KernelLibrary library = Compile(width, gatingName, shape);
            foreach (float odd in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue })
            {
                foreach (int step in new[] { 1, 2, 5 })
                {
                    float[] logits = [.. Enumerable.Range(0, shape.Experts).Select(expert => expert % step == 0 ? odd : 1f)];
                    int[] chosen = Run(library, Name(0, false), logits, null, shape.Used, shape.Groups).Chosen;
                    chosen.ShouldBeUnique();
                    chosen.ShouldAllBe(expert => expert >= 0 && expert < shape.Experts);
                }
            }
        }
    }

    private const float Scale = 2.5f;

    private static KernelLibrary Compile(VectorWidth width, string gating, (int Experts, int Used, int Groups, int UsedGroups) shape) =>
        KernelLibrary.Compile(width, [Request(width, Enum.Parse<GatingFunction>(gating), shape, 0, normalises: false)]);

    private static KernelRequest Request(
        VectorWidth width, GatingFunction gating, (int Experts, int Used, int Groups, int UsedGroups) shape, int index, bool normalises) => Requests.Of(
        "Route",
        Name(index, normalises),
        width,
        ("Experts", shape.Experts),
        ("Used", shape.Used),
        ("IsSoftmax", gating == GatingFunction.Softmax),
        ("IsSigmoid", gating == GatingFunction.Sigmoid),
        ("IsSquareRootOfSoftplus", gating == GatingFunction.SquareRootOfSoftplus),
        ("IsSoftmaxOfChosen", gating == GatingFunction.SoftmaxOfChosen),
        ("Groups", shape.Groups),
        ("UsedGroups", shape.UsedGroups),
        ("Normalises", normalises),
        ("Scale", Scale));

    private static string Name(int shape, bool normalises) => $"Route{shape}{(normalises ? "Normalised" : "")}";

    private static (int[] Chosen, float[] Weights) Run(KernelLibrary library, string name, float[] logits, float[]? bias, int used, int groups)
    {
        // As the plan makes room: products padded to whole strips, then what RouteFloats says.
        var router = new RouterSpec(logits.Length, used, GatingFunction.Softmax, new TensorSpec("", 0, 1, 1), null, null, groups);
        int padded = (logits.Length + 15) / 16 * 16;
        using GuardedBuffer products = GuardedBuffer.OfFloats(padded);
        logits.CopyTo(products.FloatSpan);
        using GuardedBuffer biases = GuardedBuffer.OfFloats(bias ?? [0]);
        using GuardedBuffer room = GuardedBuffer.OfFloats(Generator.Plan.Kernels.RouteFloats(router));
        using GuardedBuffer chosen = GuardedBuffer.OfFloats(used);
        using GuardedBuffer weights = GuardedBuffer.OfFloats(used);
        ((delegate*<float*, float*, float*, int*, float*, void>)library.Pointer(name))(
            products.Floats, bias is null ? null : biases.Floats, room.Floats, (int*)chosen.Floats, weights.Floats);
        products.ShouldBeIntact();
        room.ShouldBeIntact();
        chosen.ShouldBeIntact();
        weights.ShouldBeIntact();
        return ([.. new ReadOnlySpan<int>(chosen.Floats, used)], weights.FloatSpan.ToArray());
    }

    private static bool HasClose(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return Enumerable.Range(1, Math.Max(0, sorted.Length - 1)).Any(i => sorted[i] - sorted[i - 1] < Close);
    }

    private static double[] Weights(GatingFunction gating, float[] logits) => gating switch
    {
        GatingFunction.Softmax => Softmax([.. logits.Select(logit => (double)logit)]),
        GatingFunction.Sigmoid => [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))],
        GatingFunction.SquareRootOfSoftplus => [.. logits.Select(logit => Math.Sqrt(Math.Log(1 + Math.Exp(logit))))],
        _ => [.. logits.Select(logit => (double)logit)],
    };

    private static double[] Softmax(double[] logits)
    {
        double largest = logits.Max();
        double sum = logits.Sum(logit => Math.Exp(logit - largest));
        return [.. logits.Select(logit => Math.Exp(logit - largest) / sum)];
    }
}
