using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Streams;

/// <summary>What streams beside the residual stream are predicted and corrected by, and how.</summary>
public sealed unsafe class StreamTests
{
    private const int Streams = 4;

    private static readonly int[] Lengths = [16, 32, 33, 60, 64, 288];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void CoefficientsAreWithinTheirBound(string widthName)
    {
        const int Count = 16;
        const float Scale = 0.25f;
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, [Requests.Of(
            "StreamCoefficients", "Coefficients", width, ("Streams", Streams), ("Count", Count), ("Scale", Scale), ("Bias", 1f))]);
        var kernel = (delegate*<float*, float*, float*, void>)library.Pointer("Coefficients");
        Properties.Hold(Properties.Seeds, 200, seed =>
        {
            var random = new Random(seed);
            float[] products = FloatValues.Create(random, Streams, FloatKind.Usual);
            float[] weights = FloatValues.Create(random, Count * Streams, FloatKind.Usual);
            using GuardedBuffer router = GuardedBuffer.OfFloats(products);
            using GuardedBuffer matrix = GuardedBuffer.OfFloats(weights);
            using GuardedBuffer coefficients = GuardedBuffer.OfFloats(Count);
            kernel(router.Floats, matrix.Floats, coefficients.Floats);
            router.ShouldBeIntact();
            coefficients.ShouldBeIntact();
            for (int i = 0; i < Count; i++)
            {
                double[] terms = [.. Enumerable.Range(0, Streams).Select(j => weights[i * Streams + j] * Math.Tanh(products[j] * (double)Scale))];

                // tanh errs by some units; each term is rounded with it, and five sums are.
                double bound = 12 * ErrorBound.Unit * (terms.Sum(Math.Abs) + 1);
                ErrorBound.Check(coefficients.Floats[i], 1 + terms.Sum(), bound, "coefficient {0}", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void PredictionsAreWithinTheirBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, Lengths.Select(length => Requests.Of("PredictStreams", "Predict" + length, width, ("Length", length))));
        Hold((random, length, kind) =>
        {
            float[] x = FloatValues.Create(random, length, kind);
            float[] others = FloatValues.Create(random, (Streams - 1) * length, kind);
            float[] c = FloatValues.Create(random, Streams * Streams, FloatKind.Usual);
            using GuardedBuffer first = GuardedBuffer.OfFloats(x);
            using GuardedBuffer rest = GuardedBuffer.OfFloats(others);
            using GuardedBuffer coefficients = GuardedBuffer.OfFloats(c);
            using GuardedBuffer predicted = GuardedBuffer.OfFloats(length);
            ((delegate*<float*, float*, float*, float*, void>)library.Pointer("Predict" + length))(
                first.Floats, rest.Floats, coefficients.Floats, predicted.Floats);
            first.ShouldBeIntact();
            rest.ShouldBeIntact();
            predicted.ShouldBeIntact();
            for (int i = 0; i < length; i++)
            {
                double[] old = [x[i], .. Enumerable.Range(0, Streams - 1).Select(stream => (double)others[stream * length + i])];
                for (int stream = 0; stream < Streams; stream++)
                {
                    double[] terms = [.. old.Select((value, j) => c[stream * Streams + j] * value)];
                    double bound = 6 * ErrorBound.Unit * (terms.Sum(Math.Abs) + Math.Abs(old[stream])) + 6 * ErrorBound.Tiny;
                    double actual = stream == 0 ? first.Floats[i] : rest.Floats[(stream - 1) * length + i];
                    ErrorBound.Check(actual, old[stream] + terms.Sum(), bound, "stream {0}, value {1}", stream, i);
                }

                ErrorBound.Same(predicted.Floats[i], first.Floats[i], "predicted value {0}", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void CorrectionsAreWithinTheirBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, Lengths.Select(length => Requests.Of("CorrectStreams", "Correct" + length, width, ("Length", length))));
        Hold((random, length, kind) =>
        {
            float[] x = FloatValues.Create(random, length, kind);
            float[] others = FloatValues.Create(random, (Streams - 1) * length, kind);
            float[] c = FloatValues.Create(random, Streams, FloatKind.Usual);
            float[] factors = FloatValues.Create(random, length, FloatKind.Usual);
            float[] before = FloatValues.Create(random, length, kind);
            using GuardedBuffer first = GuardedBuffer.OfFloats(x);
            using GuardedBuffer rest = GuardedBuffer.OfFloats(others);
            using GuardedBuffer coefficients = GuardedBuffer.OfFloats(c);
            using GuardedBuffer scale = GuardedBuffer.OfFloats(factors);
            using GuardedBuffer predicted = GuardedBuffer.OfFloats(before);
            ((delegate*<float*, float*, float*, float*, float*, void>)library.Pointer("Correct" + length))(
                first.Floats, rest.Floats, coefficients.Floats, scale.Floats, predicted.Floats);
            first.ShouldBeIntact();
            rest.ShouldBeIntact();
            predicted.ShouldBeIntact();
            for (int i = 0; i < length; i++)
            {
                double added = (double)x[i] - before[i];
                for (int stream = 0; stream < Streams; stream++)
                {
                    double own = stream == 0 ? before[i] : others[(stream - 1) * length + i];
                    double bound = 4 * ErrorBound.Unit * (Math.Abs(c[stream] * added) + Math.Abs(own)) + 4 * ErrorBound.Tiny;
                    double actual = stream == 0 ? first.Floats[i] : rest.Floats[(stream - 1) * length + i];
                    ErrorBound.Check(actual, own + c[stream] * added, bound, "stream {0}, value {1}", stream, i);
                }

                ErrorBound.Same(predicted.Floats[i], first.Floats[i] * factors[i], "scaled value {0}", i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void LengthsAreThoseOfTheOther(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, Lengths.Select(length => Requests.Of("MatchLength", "Match" + length, width, ("Length", length))));
        Hold((random, length, _) =>
        {
            float[] x = FloatValues.Create(random, length, FloatKind.Usual);
            float[] y = FloatValues.Create(random, length, FloatKind.Usual);
            using GuardedBuffer other = GuardedBuffer.OfFloats(x);
            using GuardedBuffer own = GuardedBuffer.OfFloats(y);
            ((delegate*<float*, float*, void>)library.Pointer("Match" + length))(other.Floats, own.Floats);
            own.ShouldBeIntact();
            double factor = Math.Sqrt(x.Sum(value => (double)value * value) / y.Sum(value => (double)value * value));
            for (int i = 0; i < length; i++)
            {
                // Each sum of squares is rounded length / 4 times and a few more, and its root by half of that.
                double bound = (length / 4.0 + 20) * ErrorBound.Unit * Math.Abs(y[i] * factor) + ErrorBound.Tiny;
                ErrorBound.Check(own.Floats[i], y[i] * factor, bound, "value {0}", i);
            }
        });
    }

    private static void Hold(Action<Random, int, FloatKind> check)
    {
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Elements(Lengths)
            from kind in Gen.Elements(Enum.GetValues<FloatKind>())
            select (Seed: seed, Length: length, Kind: kind);
        Properties.Hold(cases, 200, c => check(new Random(c.Seed), c.Length, c.Kind));
    }
}
