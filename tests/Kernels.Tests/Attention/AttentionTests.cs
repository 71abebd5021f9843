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
    /// <summary>Around the borders of blocks of 64 keys.</summary>
    private static readonly int[] Positions = [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 200, 256, 300];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void OutputsAreWithinTheirBound(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        Properties.Hold(Cases(), 150, c =>
        {
            using AttentionInput input = c.Input(kernels);
            float[][] outputs = kernels.Run(input, [.. Enumerable.Range(0, c.Limits.Length)], c.Limits);
            for (int r = 0; r < c.Limits.Length; r++)
            {
                (double[] expected, double bound) = Reference(input, r, c.Limits[r]);
                for (int d = 0; d < c.HeadDimension; d++)
                {
                    ErrorBound.Check(outputs[r][d], expected[d], bound, "row {0}, dimension {1}", r, d);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ManyRowsGiveTheBitsOfEachRowAlone(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        Properties.Hold(Cases(), 150, c =>
        {
            using AttentionInput input = c.Input(kernels);
            float[][] together = kernels.Run(input, [.. Enumerable.Range(0, c.Limits.Length)], c.Limits);
            for (int r = 0; r < c.Limits.Length; r++)
            {
                float[] alone = kernels.Run(input, [r], [c.Limits[r]])[0];
                for (int d = 0; d < c.HeadDimension; d++)
                {
                    ErrorBound.Same(together[r][d], alone[d], "row {0}, dimension {1}", r, d);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void DecodeGivesTheBitsOfPrefill(string widthName)
    {
        // Decode: each position is appended and attended from before the next one is known. Prefill: all are there, limits differ.
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        const int Length = 132;
        const int Head = 64;
        const int Tile = 6;
        using var decode = new AttentionInput(Head, Length, Length, FloatKind.Usual, 1f, new Random(3));
        using var prefill = new AttentionInput(Head, Length, Length, FloatKind.Usual, 1f, new Random(3));
        prefill.Fill(kernels.Append(Head));
        for (int first = 0; first < Length; first += Tile)
        {
            // The last tile is filled up with its last row.
            int[] rows = [.. Enumerable.Range(first, Tile).Select(row => Math.Min(row, Length - 1))];
            float[][] tiles = kernels.Run(prefill, rows, [.. rows.Select(row => row + 1)]);
            for (int r = 0; r < Tile; r++)
            {
                if (first + r < Length)
                {
                    decode.Append(kernels.Append(Head), rows[r]);
                }

                float[] alone = kernels.Run(decode, [rows[r]], [rows[r] + 1])[0];
                for (int d = 0; d < Head; d++)
                {
                    ErrorBound.Same(tiles[r][d], alone[d], "position {0}, dimension {1}", rows[r], d);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ARowWhoseOutputVanishesIsTheSameBesideALongerOne(string widthName)
    {
        // The first row's output of the first block is the smallest subnormal below 0; the larger score of key 66 corrects it to -0, which
        // the values -0 leave. A longer row beside it adds 0 · 1 to that.
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        const int Limit = 70;
        using var input = new AttentionInput(8, 130, 2, FloatKind.Constant, 1f, new Random(5));
        Array.Fill(input.Queries[0], 5f);
        for (int position = 0; position < input.Keys.Length; position++)
        {
            Array.Fill(input.Keys[position], position == 66 ? 1f : 0f);
            Array.Fill(input.Values[position], position < 64 ? -1e-45f : position < Limit ? -0f : 1f);
        }

        input.Fill(kernels.Append(8));
        float[] beside = kernels.Run(input, [0, 1, 1], [Limit, 130, 130])[0];
        float[] alone = kernels.Run(input, [0], [Limit])[0];
        for (int d = 0; d < 8; d++)
        {
            ErrorBound.Same(beside[d], alone[d], "dimension {0}", d);
        }
    }

    private static Gen<AttentionCase> Cases() =>
        from seed in Properties.Seeds
        from head in Gen.Elements(AttentionKernels.HeadDimensions)
        from rows in Gen.Elements(AttentionKernels.Rows(head))
        from kind in Gen.Elements(FloatKind.Usual, FloatKind.Sparse, FloatKind.Constant)
        from limits in Gen.ArrayOf(Gen.Elements(Positions), rows)
        from queryScale in Gen.Elements(1f, 0.001f, 30f)
        select new AttentionCase(head, kind, limits, queryScale, seed);

    /// <summary>
    /// The exact output, and how far a float kernel may be from it. A score is a sum of HeadDimension products, each rounded twice at most,
    /// times a rounded scale: off by δ. Subtracting the maximum rounds once more. A weight is then off by the factor e^2δ, by that of Exp
    /// (3·10⁻⁷), and by the corrections of the blocks, each an Exp of a difference of scores. Weights and sum carry these errors, so the
    /// output is off by twice as much, times the largest value, besides the roundings of two sums over the keys. Weights below
    /// e⁻⁸⁷ are lost.
    /// </summary>
    private static (double[] Output, double Bound) Reference(AttentionInput input, int row, int limit)
    {
        double scale = AttentionKernels.Scale(input.HeadDimension);
        double largestScore = 0;
        double[] scores = new double[limit];
        for (int key = 0; key < limit; key++)
        {
            double magnitude = 0;
            for (int d = 0; d < input.HeadDimension; d++)
            {
                double product = (double)input.Queries[row][d] * input.Keys[key][d];
                scores[key] += product * scale;
                magnitude += Math.Abs(product) * scale;
            }

            largestScore = Math.Max(largestScore, magnitude);
        }

        double maximum = scores.Max();
        double[] weights = [.. scores.Select(score => Math.Exp(score - maximum))];
        double sum = weights.Sum();
        double[] output =
            [.. Enumerable.Range(0, input.HeadDimension).Select(d => weights.Select((p, key) => p * input.Values[key][d]).Sum() / sum)];

        double blocks = (limit + 63) / 64;
        double scoreError = (2 * input.HeadDimension + 4) * ErrorBound.Unit * largestScore;
        double weightError = (blocks + 1) * (2 * scoreError + 3e-7 + 2 * ErrorBound.Unit);
        double largestValue = input.Values.Take(limit).Max(value => value.Max(Math.Abs));
        double bound = largestValue * (2 * weightError + (2 * limit + 4 * blocks + 8) * ErrorBound.Unit + limit * Math.Exp(-87));
        return (output, bound + ErrorBound.Tiny);
    }

    private sealed record AttentionCase(int HeadDimension, FloatKind Kind, int[] Limits, float QueryScale, int Seed)
    {
        public AttentionInput Input(AttentionKernels kernels)
        {
            var input = new AttentionInput(HeadDimension, Limits.Max(), Limits.Length, Kind, QueryScale, new Random(Seed));
            input.Fill(kernels.Append(HeadDimension));
            return input;
        }
    }
}
