using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Convolution;

/// <summary>y = c · Σₖ filterₖ · (b · u) of the last tokens, and the products that are kept of them.</summary>
public sealed unsafe class ConvolutionTests
{
    private const int Channels = 96;

    private static readonly int[] AllTaps = [2, 3, 4];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void SumsAreWithinTheirBoundAndTheStateIsTheLastProducts(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(
            width, AllTaps.Select(taps => Requests.Of("Convolution", Name(taps), width, ("Channels", Channels), ("Taps", taps))));
        var cases =
            from seed in Properties.Seeds
            from taps in Gen.Elements(AllTaps)
            from first in Gen.Choose(0, Channels - 1)
            from count in Gen.Choose(1, Channels - first)
            from inPlace in Gen.Elements(true, false)
            select (Seed: seed, Taps: taps, First: first, Count: count, InPlace: inPlace);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] gates = FloatValues.Create(random, 3 * Channels, FloatKind.Usual);
            float[] filter = FloatValues.Create(random, c.Taps * Channels, FloatKind.Usual);
            float[] before = FloatValues.Create(random, (c.Taps - 1) * Channels, FloatKind.Usual);
            using GuardedBuffer gateBuffer = GuardedBuffer.OfFloats(gates);
            using GuardedBuffer filterBuffer = GuardedBuffer.OfFloats(filter);
            using GuardedBuffer from = GuardedBuffer.OfFloats(before);
            using GuardedBuffer other = GuardedBuffer.OfFloats(before);
            using GuardedBuffer y = GuardedBuffer.OfFloats(new float[c.Count]);
            GuardedBuffer to = c.InPlace ? from : other;
            var kernel = (delegate*<float*, float*, float*, float*, float*, int, void>)library.Pointer(Name(c.Taps));
            kernel(
                gateBuffer.Floats + c.First, filterBuffer.Floats + c.First, from.Floats + c.First, to.Floats + c.First, y.Floats, c.Count);
            to.ShouldBeIntact();
            y.ShouldBeIntact();
            for (int i = 0; i < c.Count; i++)
            {
                int channel = c.First + i;
                float newest = gates[channel] * gates[2 * Channels + channel];
                float Product(int tap) => tap == c.Taps - 1 ? newest : before[tap * Channels + channel];
                double[] terms = [.. Enumerable.Range(0, c.Taps).Select(tap => (double)Product(tap) * filter[tap * Channels + channel])];
                double gate = gates[Channels + channel];
                double bound = ErrorBound.Unit * (c.Taps + 2) * terms.Sum(Math.Abs) * Math.Abs(gate) + 2 * ErrorBound.Tiny;
                ErrorBound.Check(y.Floats[i], gate * terms.Sum(), bound, "channel {0}", channel);
                for (int tap = 0; tap < c.Taps - 1; tap++)
                {
                    to.Floats[tap * Channels + channel].ShouldBe(Product(tap + 1));
                }
            }

            for (int index = 0; index < before.Length; index++)
            {
                if (index % Channels < c.First || index % Channels >= c.First + c.Count)
                {
                    to.Floats[index].ShouldBe(before[index]);
                }
            }
        });
    }

    private static string Name(int taps) => $"Convolution_{taps}";
}
