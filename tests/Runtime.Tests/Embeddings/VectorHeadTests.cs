using System;
using System.Linq;
using ModelGen.CompilerServices;
using ModelGen.Embeddings;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Embeddings;

/// <summary>Layers behind the pooling, against double precision.</summary>
public sealed unsafe class VectorHeadTests
{
    private const int RowPadding = 32;

    // Of float sums of a hundred products of size 1.
    private const double Tolerance = 1e-5;

    [Fact]
    public void WithoutLayersAVectorStaysAsItIs()
    {
        var head = new VectorHead([], 5);
        float[] scratch = head.CreateScratch();
        float[] vector = [1, -2, 3, 4, 5];
        vector.CopyTo(scratch, 0);
        head.OutputLength.ShouldBe(5);
        head.Apply(null, scratch).ToArray().ShouldBe(vector);
    }

    [Theory]
    [InlineData(VectorFunction.None)]
    [InlineData(VectorFunction.Tanh)]
    [InlineData(VectorFunction.Gelu)]
    [InlineData(VectorFunction.Softmax)]
    public void TwoLayersWithAllParts(VectorFunction function)
    {
        // Lengths that fill no row, growing and shrinking.
        const int Inputs = 37;
        const int Hidden = 70;
        const int Outputs = 3;
        const float Epsilon = 1e-3f;
        Random random = new(5);
        float[] first = Gaussians(random, Inputs * Hidden);
        float[] bias = Gaussians(random, Hidden);
        float[] norm = Gaussians(random, Hidden);
        float[] second = Gaussians(random, Hidden * Outputs);
        float[] input = Gaussians(random, Inputs);
        float[] memory = [.. Rows(first, Inputs), .. Rows(bias, Hidden), .. Rows(norm, Hidden), .. Rows(second, Hidden)];
        long biasAt = Hidden * Padded(Inputs) * sizeof(float);
        long normAt = biasAt + Padded(Hidden) * sizeof(float);
        long secondAt = normAt + Padded(Hidden) * sizeof(float);

        var head = new VectorHead(
            [
                new VectorLayer(Inputs, Hidden, 0, function) { Bias = biasAt, Norm = normAt, NormEpsilon = Epsilon },
                new VectorLayer(Hidden, Outputs, secondAt, VectorFunction.None),
            ],
            Inputs);
        float[] scratch = head.CreateScratch();
        double[] hidden = Activate(function, [.. Product(first, [.. input.Select(x => (double)x)]).Select((y, i) => y + bias[i])]);
        double mean = hidden.Average();
        double deviation = Math.Sqrt(hidden.Average(h => (h - mean) * (h - mean)) + Epsilon);
        double[] expected = Product(second, [.. hidden.Select((h, i) => (h - mean) / deviation * norm[i])]);
        head.OutputLength.ShouldBe(Outputs);
        fixed (float* weights = memory)
        {
            // Twice: what an earlier text left in the scratch must not matter.
            for (int text = 0; text < 2; text++)
            {
                input.CopyTo(scratch, 0);
                float[] result = head.Apply((byte*)weights, scratch).ToArray();
                result.Length.ShouldBe(Outputs);
                for (int i = 0; i < Outputs; i++)
                {
                    ((double)result[i]).ShouldBe(expected[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
                }

                Array.Fill(scratch, float.NaN);
            }
        }
    }

    private static double[] Activate(VectorFunction function, double[] values) => function switch
    {
        VectorFunction.Tanh => [.. values.Select(Math.Tanh)],
        VectorFunction.Gelu => [.. values.Select(x => x * NormalDistribution(x))],
        VectorFunction.Softmax => [.. values.Select(x => Math.Exp(x) / values.Sum(Math.Exp))],
        _ => values,
    };

    /// <summary>The integral of the density from far below to x, by Simpson's rule.</summary>
    private static double NormalDistribution(double x)
    {
        const double From = -12;
        const int Steps = 4000;
        double width = (x - From) / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double at = From + i * width;
            sum += Math.Exp(-at * at / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return sum * width / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static double[] Product(float[] matrix, double[] vector) =>
        [.. matrix.Chunk(vector.Length).Select(row => row.Zip(vector, (weight, x) => weight * x).Sum())];

    private static float[] Rows(float[] values, int length) =>
        [.. values.Chunk(length).SelectMany(row => row.Concat(new float[Padded(length) - length]))];

    private static int Padded(int length) => (length + RowPadding - 1) / RowPadding * RowPadding;

    private static float[] Gaussians(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
}
