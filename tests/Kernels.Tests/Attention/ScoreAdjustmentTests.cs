using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>What is done to scores between product and softmax: linear biases, and windows of keys.</summary>
public sealed unsafe class ScoreAdjustmentTests
{
    private const int RangeKeys = 256;
    private const int Stride = 64;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void BiasesFollowTheDistance(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, int, float, int, void>)KernelLibrary
            .Compile(width, [Requests.Of("BiasScores", "BiasScores", width)])
            .Pointer("BiasScores");
        var cases =
            from seed in Properties.Seeds
            from count in Gen.Choose(1, RangeKeys)
            select (Seed: seed, Count: count);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] scores = FloatValues.Create(random, (c.Count + 15) / 16 * 16, FloatKind.Usual);
            float slope = MathF.Pow(2, -random.Next(1, 9));

            // Of decoders the keys lie before the query; of encoders some lie behind it.
            int distance = random.Next(-(random.Next(2) == 0 ? 100_000 : RangeKeys), RangeKeys);
            using GuardedBuffer biased = GuardedBuffer.OfFloats(scores);
            kernel(biased.Floats, c.Count, slope, distance);
            biased.ShouldBeIntact();
            for (int i = 0; i < c.Count; i++)
            {
                double bias = -(double)slope * Math.Abs(distance + i);
                double bound = ErrorBound.Unit * (Math.Abs(bias) + Math.Abs(scores[i] + bias));
                ErrorBound.Check(biased.Floats[i], scores[i] + bias, bound, "key {0}", i);
            }
        });
    }

    /// <summary>A range whose keys are all hidden, then one in which the window begins: the bits of the seen keys alone.</summary>
    [Theory]
    [MemberData(nameof(WidthNames))]
    public void HiddenKeysLeaveNoTrace(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width,
            [
                Requests.Of("MaskScores", "MaskScores", width),
                Requests.Of("SoftmaxRange", "SoftmaxRange", width, ("Stride", Stride), ("HasScales", false)),
                Requests.Of("MergeRanges", "MergeRanges", width, ("Stride", Stride)),
            ]);
        var mask = (delegate*<float*, int, void>)library.Pointer("MaskScores");
        var softmax = (delegate*<float*, byte*, int, int, float*, void>)library.Pointer("SoftmaxRange");
        var merge = (delegate*<float*, float*, void>)library.Pointer("MergeRanges");
        var cases =
            from seed in Properties.Seeds
            from hidden in Gen.Choose(0, RangeKeys - 1)
            select (Seed: seed, Hidden: hidden);
        Properties.Hold(cases, 100, c =>
        {
            var random = new Random(c.Seed);
            float[] scores = FloatValues.Create(random, RangeKeys, FloatKind.Usual);
            using GuardedBuffer first = GuardedBuffer.OfFloats(FloatValues.Create(random, RangeKeys, FloatKind.Usual));
            using GuardedBuffer second = GuardedBuffer.OfFloats(scores);
            using GuardedBuffer total = GuardedBuffer.OfFloats(Stride + 16);
            using GuardedBuffer range = GuardedBuffer.OfFloats(Stride + 16);
            mask(first.Floats, RangeKeys);
            softmax(first.Floats, null, RangeKeys, RangeKeys, total.Floats);
            total.FloatSpan[..Stride].Fill(random.Next(1, 99));
            mask(second.Floats, c.Hidden);
            second.FloatSpan[c.Hidden..].ToArray().ShouldBe(scores[c.Hidden..]);
            softmax(second.Floats, null, RangeKeys, RangeKeys, range.Floats);
            second.FloatSpan[..c.Hidden].ToArray().ShouldAllBe(weight => weight == 0f);
            range.FloatSpan[..Stride].Fill(0.5f);
            float largest = range.Floats[Stride];
            float sum = range.Floats[Stride + 1];
            largest.ShouldBe(scores[c.Hidden..].Max());
            merge(range.Floats, total.Floats);
            first.ShouldBeIntact();
            second.ShouldBeIntact();
            ErrorBound.Same(total.Floats[Stride], largest, "largest score");
            ErrorBound.Same(total.Floats[Stride + 1], sum, "sum of the weights");
            total.FloatSpan[..Stride].ToArray().ShouldAllBe(value => value == 0.5f);
        });
    }
}
