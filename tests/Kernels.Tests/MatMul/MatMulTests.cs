using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] of every format, through the packer and back, against doubles.
/// </summary>
public sealed unsafe class MatMulTests
{
    private const double DoubleUnit = 1.0 / (1L << 53);

    public static TheoryData<string, string> FormatsAndLevels =>
        new(TensorFormat.All.SelectMany(format => Levels.Names.Where(level => HasDot(format) || !level.EndsWith("Dot", StringComparison.Ordinal)).Select(level => (format.Name, level))));

    [Theory]
    [MemberData(nameof(FormatsAndLevels))]
    public void ProductsAreWithinTheirBound(string formatName, string levelName)
    {
        (TensorFormat format, MatMulKernels kernels) = Prepare(formatName, levelName);
        Properties.Hold(Cases(kernels), 120, c => CheckProduct(format, kernels, c));
    }

    [Theory]
    [MemberData(nameof(FormatsAndLevels))]
    public void AProductOfManyTokensGivesTheBitsOfManyProductsOfOne(string formatName, string levelName)
    {
        (TensorFormat format, MatMulKernels kernels) = Prepare(formatName, levelName);
        Properties.Hold(Cases(kernels), 60, c => CheckTilesAgree(format, kernels, c));
    }

    private static bool HasDot(TensorFormat format) => KernelFile.Get("MatMul" + format.Name).HasDot;

    private static (TensorFormat Format, MatMulKernels Kernels) Prepare(string formatName, string levelName)
    {
        Level level = Levels.Require(levelName);
        TensorFormat format = TensorFormat.All.Single(format => format.Name == formatName);
        return (format, MatMulKernels.Of(format, level));
    }

    private static FsCheck.Gen<MatMulCase> Cases(MatMulKernels kernels) =>
        from seed in Properties.Seeds
        from shape in Gen.Elements(kernels.Shapes.ToArray())
        from kind in Gen.Elements(Enum.GetValues<WeightKind>())
        from nullRows in Gen.Elements(0, 0, 1, 15)
        select new MatMulCase(shape, kind, nullRows, seed);

    private static void CheckProduct(TensorFormat format, MatMulKernels kernels, MatMulCase c)
    {
        var random = new Random(c.Seed);
        MatMulShape shape = c.Shape;
        using var input = new MatMulInput(format, shape.Columns, shape.Tokens, c.Kind, random, kernels.HasDot, c.NullRows);
        int yStride = TensorFormat.StripRows + random.Next(20);
        int length = (shape.Tokens - 1) * yStride + TensorFormat.StripRows;
        float[] before = Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 10)).ToArray();
        using GuardedBuffer y = GuardedBuffer.OfFloats(before);
        Run(kernels, shape, input.Strip, input.Input.Bytes, y.Floats, yStride);
        y.ShouldBeIntact();

        int group = format.Activation == ActivationFormat.Float32 ? 1 : BlockFacts.Of(format).SumLength;
        for (int i = 0; i < before.Length; i++)
        {
            int t = i / yStride;
            int row = i % yStride;
            if (row >= TensorFormat.StripRows)
            {
                ErrorBound.Same(y.Floats[i], before[i], "between two tokens' outputs");
                continue;
            }

            (double expected, double magnitude) = Product(input, row, t, group);
            if (shape.Accumulate)
            {
                expected += before[i];
                magnitude += Math.Abs(before[i]);
            }

            double bound = c.Kind == WeightKind.Whole ? 0 : Bound(format, shape, group, magnitude);
            ErrorBound.Check(y.Floats[i], expected, bound, "token {0}, row {1}", t, row);
        }
    }

    /// <summary>
    /// A float rounds: the integer dot product of a block, which is exact as an integer, its products with the two scales, and the sum of
    /// the chain so far; one more sum joins the two chains of the float formats and one adds to y. So every term carries at most terms + 6
    /// relative errors. Where a bias is taken away as a rounded float, its error counts too; a minimum is a term of its own. Near zero a
    /// rounding errs absolutely instead; a scale's or product's carries that 32·128·127 times.
    /// </summary>
    private static double Bound(TensorFormat format, MatMulShape shape, int group, double magnitude)
    {
        double terms = (double)shape.Columns / group;
        if (group != 1 && BlockFacts.Of(format).MinimumOffset is not null)
        {
            terms *= 2;
        }

        double largestDot = group == 1 ? 1 : 32 * 128 * 127;
        return (terms + 6) * ErrorBound.Unit * magnitude + terms * (largestDot + 2) * ErrorBound.Tiny;
    }

    private static (double Sum, double Magnitude) Product(MatMulInput input, int row, int token, int group)
    {
        double sum = 0;
        double magnitude = 0;
        int columns = input.Weights.GetLength(1);
        for (int start = 0; start < columns; start += group)
        {
            double dot = 0;
            double rounded = 0;
            for (int column = start; column < start + group; column++)
            {
                dot += input.Weights[row, column] * input.Activations[token, column];
                rounded += Math.Abs(input.Weights[row, column] * input.Activations[token, column]);
            }

            sum += dot;

            // The doubles of this reference round too, where the integers of a kernel do not.
            magnitude += Math.Abs(dot) + group * DoubleUnit / ErrorBound.Unit * rounded;
            magnitude += Biases(input, row, token, start, group);
        }

        return (sum, magnitude);
    }

    /// <summary>What the kernel takes away (or adds) as rounded products with the sums of activations.</summary>
    private static double Biases(MatMulInput input, int row, int token, int start, int group)
    {
        double sum = 0;
        for (int run = start; group > 1 && run < start + group; run += MatMulInput.RunLength)
        {
            double activations = Enumerable.Range(run, MatMulInput.RunLength).Sum(column => input.Activations[token, column]);
            sum += input.BiasScales[row, run / MatMulInput.RunLength] * Math.Abs(activations);
        }

        return sum;
    }

    private static void CheckTilesAgree(TensorFormat format, MatMulKernels kernels, MatMulCase c)
    {
        MatMulShape shape = c.Shape;
        using var input = new MatMulInput(format, shape.Columns, shape.Tokens, c.Kind, new Random(c.Seed), kernels.HasDot);
        using GuardedBuffer tile = GuardedBuffer.OfFloats(shape.Tokens * TensorFormat.StripRows);
        using GuardedBuffer single = GuardedBuffer.OfFloats(shape.Tokens * TensorFormat.StripRows);
        tile.FloatSpan.Fill(0.25f);
        single.FloatSpan.Fill(0.25f);
        Run(kernels, shape, input.Strip, input.Input.Bytes, tile.Floats, TensorFormat.StripRows);
        for (int t = 0; t < shape.Tokens; t++)
        {
            float* y = single.Floats + t * TensorFormat.StripRows;
            Run(kernels, shape with { Tokens = 1 }, input.Strip, input.Input.Bytes + t * input.InputStride, y, TensorFormat.StripRows);
        }

        for (int i = 0; i < shape.Tokens * TensorFormat.StripRows; i++)
        {
            ErrorBound.Same(tile.Floats[i], single.Floats[i], "token {0}, row {1}", i / TensorFormat.StripRows, i % TensorFormat.StripRows);
        }
    }

    private static void Run(MatMulKernels kernels, MatMulShape shape, GuardedBuffer strip, byte* x, float* y, int yStride) =>
        ((delegate*<byte*, byte*, float*, nint, void>)kernels.Pointer(shape))(strip.Bytes, x, y, yStride);

    private sealed record MatMulCase(MatMulShape Shape, WeightKind Kind, int NullRows, int Seed);
}
