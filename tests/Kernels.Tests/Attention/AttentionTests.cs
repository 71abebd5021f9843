using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>o = softmax(scale · q·Kᵀ)·V over the cache, against doubles; and prefill against decode.</summary>
public sealed class AttentionTests
{
    /// <summary>Around the borders of vectors, blocks of 64 keys and ranges of 256.</summary>
    private static readonly int[] Limits =
        [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256, 257, 300, 319, 320, 321, 511, 512, 513];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void DecodeIsWithinItsBound(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        Properties.Hold(Cases(), 200, c =>
        {
            using AttentionInput input = c.Input(kernels, c.Limit, c.Shape.GroupSize);
            float[][] outputs = kernels.Decode(c.Shape, input, c.Limit);
            Check(c.Shape, input, outputs, [.. outputs.Select(_ => c.Limit)]);
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void PrefillIsWithinItsBound(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        Properties.Hold(Cases(), 60, c =>
        {
            int[] limits = c.BatchLimits();
            using AttentionInput input = c.Input(kernels, limits[^1], limits.Length);
            Check(c.Shape, input, kernels.Prefill(c.Shape, input, limits), limits);
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryShapeGivesTheSameBitsInPrefillAndInDecode(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        var random = new Random(6);
        foreach (AttentionShape shape in AttentionShape.All)
        {
            int limit = Limits[random.Next(Limits.Length)];
            CheckBits(kernels, new AttentionCase(shape, FloatKind.Usual, limit, 1f, random.Next(1, shape.ChunkRows), random.Next()));
        }
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void DecodeGivesTheBitsOfPrefill(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        Properties.Hold(Cases(), 60, c => CheckBits(kernels, c));
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ARowWhoseOutputVanishesIsTheSameBesideALongerOne(string widthName)
    {
        // The first row's output is -0: products of weights and the smallest subnormal below 0. A longer row beside it adds 0 · 1 to that.
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        AttentionShape shape = new(KeyValueFormat.Float32, 64, 1);
        const int Limit = 70;
        using var input = new AttentionInput(shape, 130, 2, FloatKind.Constant, 1f, new Random(5));
        for (int position = 0; position < input.Keys.Length; position++)
        {
            Array.Fill(input.Values[position], position < Limit ? -0f : 1f);
        }

        input.Fill(kernels);
        float[] beside = kernels.Prefill(shape, input, [Limit, 130])[0];
        float[] alone = kernels.Decode(shape, input, Limit)[0];
        for (int d = 0; d < beside.Length; d++)
        {
            ErrorBound.Same(beside[d], alone[d], "dimension {0}", d);
        }
    }

    /// <summary>
    /// Decode: each token's key and value are appended before it attends, and nothing behind them is there yet. Prefill: all are there, and a
    /// token's rows see those up to itself.
    /// </summary>
    private static void CheckBits(AttentionKernels kernels, AttentionCase c)
    {
        int[] limits = c.BatchLimits();
        using AttentionInput decode = c.Input(kernels, limits[^1], limits.Length, filled: limits[0] - 1);
        using AttentionInput prefill = c.Input(kernels, limits[^1], limits.Length);
        float[][] together = kernels.Prefill(c.Shape, prefill, limits);
        for (int first = 0; first < limits.Length; first += c.Shape.GroupSize)
        {
            decode.Append(kernels, limits[first] - 1);
            float[][] alone = kernels.Decode(c.Shape, decode, limits[first], first);
            for (int row = 0; row < alone.Length; row++)
            {
                for (int d = 0; d < c.Shape.HeadDimension; d++)
                {
                    ErrorBound.Same(together[first + row][d], alone[row][d], "row {0}, dimension {1}", first + row, d);
                }
            }
        }
    }

    private static Gen<AttentionCase> Cases() =>
        from seed in Properties.Seeds
        from shape in Gen.Elements(AttentionShape.All)
        from kind in Gen.Elements(FloatKind.Usual, FloatKind.Sparse, FloatKind.Constant)
        from limit in Gen.Elements(Limits)
        from rows in Gen.Choose(1, shape.ChunkRows)
        from queryScale in Gen.Elements(1f, 0.001f, 30f)
        select new AttentionCase(shape, kind, limit, queryScale, rows, seed);

    private static void Check(AttentionShape shape, AttentionInput input, float[][] outputs, int[] limits)
    {
        for (int row = 0; row < outputs.Length; row++)
        {
            (double[] expected, double bound) = Reference(shape, input, row, limits[row]);
            for (int d = 0; d < expected.Length; d++)
            {
                ErrorBound.Check(outputs[row][d], expected[d], bound, "row {0}, dimension {1}", row, d);
            }
        }
    }

    /// <summary>
    /// The exact output, and how far a kernel may be from it. A score is a sum of HeadDimension products, each rounded twice at most, times
    /// rounded scales: off by δ. Subtracting the maximum, and the maximum of the ranges, rounds once more. Elements of the format are off by
    /// half a step. A weight is then off by the factor e^2δ, by that of Exp (3·10⁻⁷), and by those of the ranges' merges. Weights and sum carry
    /// these errors, so the output is off by twice as much, times the largest value, besides the roundings of two sums over the keys and the
    /// step of the values. Weights below e⁻⁸⁷ are lost.
    /// </summary>
    private static (double[] Output, double Bound) Reference(AttentionShape shape, AttentionInput input, int row, int limit)
    {
        double largestScore = 0;
        double formatError = 0;
        double[] scores = new double[limit];
        for (int key = 0; key < limit; key++)
        {
            double magnitude = 0;
            double step = shape.StepOf(input.Keys[key]);
            double stepError = 0;
            for (int d = 0; d < shape.HeadDimension; d++)
            {
                double product = (double)input.Queries[row][d] * input.Keys[key][d];
                scores[key] += product * shape.Scale;
                magnitude += Math.Abs(product) * shape.Scale;
                stepError += Math.Abs((double)input.Queries[row][d]) * step * shape.Scale;
            }

            largestScore = Math.Max(largestScore, magnitude);
            formatError = Math.Max(formatError, stepError);
        }

        double maximum = scores.Max();
        double[] weights = [.. scores.Select(score => Math.Exp(score - maximum))];
        double sum = weights.Sum();
        double[] output =
            [.. Enumerable.Range(0, shape.HeadDimension).Select(d => weights.Select((p, key) => p * input.Values[key][d]).Sum() / sum)];

        double ranges = (limit + AttentionShape.RangeKeys - 1) / AttentionShape.RangeKeys;
        double scoreError = (2 * shape.HeadDimension + 8) * ErrorBound.Unit * largestScore;
        double weightError = Math.Exp(((ranges + 1) * (2 * scoreError + 3e-7 + 4 * ErrorBound.Unit)) + (2 * formatError)) - 1;
        double largestValue = input.Values.Take(limit).Max(value => value.Max(Math.Abs));
        double valueError = input.Values.Take(limit).Max(shape.StepOf);
        double bound = largestValue * (2 * weightError + (2 * limit + 4 * ranges + 12) * ErrorBound.Unit + limit * Math.Exp(-87)) + valueError;
        return (output, bound + ErrorBound.Tiny);
    }

    private sealed record AttentionCase(AttentionShape Shape, FloatKind Kind, int Limit, float QueryScale, int Rows, int Seed)
    {
        /// <summary>Keys that each row of a batch sees: whole tokens, of which the last sees Limit keys.</summary>
        public int[] BatchLimits()
        {
            int tokens = Math.Max(1, Math.Min(Rows / Shape.GroupSize, Limit));
            return [.. Enumerable.Range(0, tokens * Shape.GroupSize).Select(row => Limit - tokens + 1 + row / Shape.GroupSize)];
        }

        public AttentionInput Input(AttentionKernels kernels, int positions, int rows, int? filled = null)
        {
            var input = new AttentionInput(Shape, positions, rows, Kind, QueryScale, new Random(Seed));
            for (int position = 0; position < (filled ?? positions); position++)
            {
                input.Append(kernels, position);
            }

            return input;
        }
    }
}
