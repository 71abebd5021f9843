using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.DeltaRule;

/// <summary>Decays between 0 and 1, one for each element of a key.</summary>
public sealed unsafe class ElementDecaysTests
{
    private const int Heads = 3;

    private static readonly int[] Dimensions = [16, 48, 128];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryDecayIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Dimensions.Select(dimension =>
            Requests.Of("ElementDecays", Name(dimension), width, ("Heads", Heads), ("KeyDimension", dimension))));
        var cases =
            from seed in Properties.Seeds
            from dimension in Gen.Elements(Dimensions)
            from size in Gen.Elements(1e-5f, 1f, 30f)
            select (Seed: seed, Dimension: dimension, Size: size);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] decay = Values(Heads * c.Dimension, c.Size);
            float[] bias = Values(Heads * c.Dimension, 3);
            float[] rate = [.. Values(Heads, 2).Select(value => -Math.Abs(value))];
            using GuardedBuffer g = GuardedBuffer.OfFloats(decay);
            using GuardedBuffer biases = GuardedBuffer.OfFloats(bias);
            using GuardedBuffer rates = GuardedBuffer.OfFloats(rate);
            ((delegate*<float*, float*, float*, void>)library.Pointer(Name(c.Dimension)))(g.Floats, biases.Floats, rates.Floats);
            g.ShouldBeIntact();
            for (int i = 0; i < decay.Length; i++)
            {
                double x = decay[i] + (double)bias[i];
                double softplus = x > 30 ? x : Math.Log(1 + Math.Exp(x));
                double size = Math.Abs(rate[i / c.Dimension]);
                double expected = Math.Exp(-size * softplus);

                // The sum is rounded; softplus errs by 8e-7 of itself, its product once, and e^x by 3e-7.
                double error = size * (8.5e-7 * softplus + ErrorBound.Unit * (2 * softplus + 2 * Math.Abs(x))) + 3.5e-7;
                ErrorBound.Check(g.Floats[i], expected, error * expected + 2 * ErrorBound.Tiny + Math.Exp(-87), "decay {0}", i);
            }

            float[] Values(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * size)];
        });
    }

    private static string Name(int dimension) => $"Decays_{dimension}";
}
