using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.DeltaRule;

/// <summary>Queries and keys of length 1, β and decays between 0 and 1.</summary>
public sealed unsafe class PrepareDeltaTests
{
    private const int KeyHeads = 3;
    private const int ValueHeads = 7;
    private const float Epsilon = 1e-6f;

    private static readonly int[] Dimensions = [16, 48, 128];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Dimensions.Select(dimension => Requests.Of(
            "PrepareDelta",
            Name(dimension),
            width,
            ("KeyHeads", KeyHeads),
            ("ValueHeads", ValueHeads),
            ("HeadDecays", ValueHeads),
            ("KeyDimension", dimension),
            ("Epsilon", Epsilon))));
        var cases =
            from seed in Properties.Seeds
            from dimension in Gen.Elements(Dimensions)
            from size in Gen.Elements(1e-5f, 1f, 30f)
            select (Seed: seed, Dimension: dimension, Size: size);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] queries = Values(KeyHeads * c.Dimension, c.Size);
            float[] keys = Values(KeyHeads * c.Dimension, c.Size);
            float[] beta = Values(ValueHeads, c.Size);
            float[] decay = Values(ValueHeads, c.Size);
            float[] bias = Values(ValueHeads, 3);
            float[] rate = [.. Values(ValueHeads, 2).Select(value => -Math.Abs(value))];
            using GuardedBuffer q = GuardedBuffer.OfFloats(queries);
            using GuardedBuffer k = GuardedBuffer.OfFloats(keys);
            using GuardedBuffer b = GuardedBuffer.OfFloats(beta);
            using GuardedBuffer g = GuardedBuffer.OfFloats(decay);
            using GuardedBuffer biases = GuardedBuffer.OfFloats(bias);
            using GuardedBuffer rates = GuardedBuffer.OfFloats(rate);
            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, void>)library.Pointer(Name(c.Dimension));
            kernel(q.Floats, k.Floats, b.Floats, g.Floats, biases.Floats, rates.Floats);
            foreach (GuardedBuffer buffer in new[] { q, k, b, g })
            {
                buffer.ShouldBeIntact();
            }

            for (int head = 0; head < KeyHeads; head++)
            {
                CheckHead(q.Floats, queries, head, Math.Sqrt(c.Dimension));
                CheckHead(k.Floats, keys, head, 1);
            }

            for (int head = 0; head < ValueHeads; head++)
            {
                // The functions of the runtime are within two units; those of a sum that is rounded, and of 1 + eˣ, which is rounded too.
                double sigmoid = 1 / (1 + Math.Exp(-(double)beta[head]));
                ErrorBound.Check(b.Floats[head], sigmoid, 8 * ErrorBound.Unit * sigmoid + 2 * ErrorBound.Tiny, "beta {0}", head);
                double x = decay[head] + (double)bias[head];
                double softplus = x > 30 ? x : Math.Log(1 + Math.Exp(x));
                double exponent = rate[head] * softplus;
                double error = Math.Abs(rate[head]) * ErrorBound.Unit * (8 * softplus + 8 * Math.Abs(x) + 2) + 8 * ErrorBound.Unit;
                ErrorBound.Check(g.Floats[head], Math.Exp(exponent), error * Math.Exp(exponent) + 2 * ErrorBound.Tiny, "decay {0}", head);
            }

            void CheckHead(float* actual, float[] before, int head, double divisor)
            {
                float[] own = before[(head * c.Dimension)..((head + 1) * c.Dimension)];
                double length = Math.Sqrt(own.Sum(value => (double)value * value) + Epsilon);
                for (int i = 0; i < own.Length; i++)
                {
                    double expected = own[i] / (length * divisor);
                    double bound = (c.Dimension / 8 + 12) * ErrorBound.Unit * Math.Abs(expected) + 2 * ErrorBound.Tiny;
                    ErrorBound.Check(actual[head * c.Dimension + i], expected, bound, "head {0}, element {1}", head, i);
                }
            }

            float[] Values(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * size)];
        });
    }

    private static string Name(int dimension) => $"Prepare_{dimension}";
}
