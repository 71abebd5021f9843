using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>What the recurrence of RWKV-7 reads of a token, of one head.</summary>
public sealed unsafe class PrepareGooseTests
{
    private const double Unit = ErrorBound.Unit;

    // An exponential errs by 3·10⁻⁷; the sum and the quotient of a σ are rounded.
    private const double Exponential = 3e-7;
    private const double Sigmoid = Exponential + 3 * Unit;

    private static readonly int[] Dimensions = [16, 48, 64, 128];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width,
            from dimension in Dimensions
            from isFirst in new[] { false, true }
            select Requests.Of("PrepareGoose", $"PrepareGoose_{dimension}_{isFirst}", width, ("Dimension", dimension), ("IsFirst", isFirst)));
        var cases =
            from seed in Properties.Seeds
            from dimension in Gen.Elements(Dimensions)
            from isFirst in Gen.Elements(true, false)
            from size in Gen.Elements(1f, 8f)
            select (Seed: seed, Dimension: dimension, IsFirst: isFirst, Size: size);
        Properties.Hold(cases, 150, c =>
        {
            var random = new Random(c.Seed);
            float[][] values = [.. Enumerable.Range(0, 12).Select(_ => (float[])
                [.. FloatValues.Create(random, c.Dimension, FloatKind.Usual).Select(value => value * c.Size / 2)])];
            GuardedBuffer[] buffers = [.. values.Select(row => GuardedBuffer.OfFloats(row))];
            float*[] p = new float*[12];
            for (int i = 0; i < p.Length; i++)
            {
                p[i] = buffers[i].Floats;
            }

            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, float*, float*, float*, float*, void>)
                library.Pointer($"PrepareGoose_{c.Dimension}_{c.IsFirst}");
            kernel(p[0], p[1], p[2], p[3], c.IsFirst ? null : p[4], p[5], p[6], p[7], p[8], c.IsFirst ? null : p[9], p[10], p[11]);
            foreach (GuardedBuffer buffer in buffers)
            {
                buffer.ShouldBeIntact();
            }

            Check(values, buffers, c.Dimension, c.IsFirst);
            foreach (GuardedBuffer buffer in buffers)
            {
                buffer.Dispose();
            }
        });
    }

    private static void Check(float[][] before, GuardedBuffer[] after, int dimension, bool isFirst)
    {
        (float[] decay, float[] rate, float[] key, float[] value, float[] mix, float[] first) =
            (before[0], before[1], before[2], before[3], before[4], before[5]);
        (float[] decayBias, float[] rateBias, float[] mixBias, float[] removalScale, float[] keyScale) =
            (before[7], before[8], before[9], before[10], before[11]);
        double length = Math.Max(Math.Sqrt(Enumerable.Range(0, dimension).Sum(i => Math.Pow((double)key[i] * removalScale[i], 2))), 1e-12);
        double removalBound = (dimension / 8 + 8) * Unit;
        for (int i = 0; i < dimension; i++)
        {
            (double share, double shareError) = SigmoidOf(decay[i], decayBias[i]);
            double w = Math.Exp(-Math.Exp(-0.5) * share);
            ErrorBound.Check(after[0].Floats[i], w, w * (Exponential + shareError + 4 * Unit), "decay {0}", i);

            (double a, double error) = SigmoidOf(rate[i], rateBias[i]);
            double removal = (double)key[i] * removalScale[i] / length;
            ErrorBound.Check(after[6].Floats[i], removal, removalBound * Math.Abs(removal) + 4 * ErrorBound.Tiny, "removal {0}", i);
            double rated = removal * a;
            ErrorBound.Check(
                after[1].Floats[i], rated, (removalBound + 2 * Unit) * Math.Abs(rated) + Math.Abs(removal) * error + 4 * ErrorBound.Tiny, "rate {0}", i);

            double factor = (a - 1) * keyScale[i];
            double keyError = error * Math.Abs(keyScale[i]) + 3 * Unit * (1 + Math.Abs(factor));
            ErrorBound.Check(
                after[2].Floats[i], key[i] * (1 + factor), Math.Abs(key[i]) * (keyError + Unit * Math.Abs(1 + factor)) + 4 * ErrorBound.Tiny, "key {0}", i);
            if (isFirst)
            {
                ErrorBound.Same(after[5].Floats[i], value[i], "first value {0}", i);
                ErrorBound.Same(after[3].Floats[i], value[i], "value {0}", i);
                continue;
            }

            (double part, double partError) = SigmoidOf(mix[i], mixBias[i]);
            double difference = (double)first[i] - value[i];
            double bound = Math.Abs(difference) * (partError + 2 * Unit * part) + 2 * Unit * Math.Abs(value[i] + difference * part) + 4 * ErrorBound.Tiny;
            ErrorBound.Check(after[3].Floats[i], value[i] + difference * part, bound + 2 * Unit * Math.Abs(value[i]), "value {0}", i);
            ErrorBound.Same(after[5].Floats[i], first[i], "first value {0}", i);
        }
    }

    // σ(x + bias) and its error: that of the sum, at a slope of σ(1 - σ), and that of σ.
    private static (double Value, double Error) SigmoidOf(float x, float bias)
    {
        double sum = (double)x + bias;
        double value = 1 / (1 + Math.Exp(-sum));
        return (value, value * (Sigmoid + 2 * Unit * Math.Abs(sum) * (1 - value)));
    }
}
