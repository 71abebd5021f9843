using System;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.Multiply;

/// <summary>x = x · σ(gate).</summary>
public sealed unsafe class MultiplySigmoidTests
{
    // The exponential errs by 3·10⁻⁷; the sum and the quotient are rounded.
    private const double RelativeBound = 3e-7 + 3 * ErrorBound.Unit;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        var kernel = (delegate*<float*, float*, int, void>)KernelLibrary
            .Compile(width, [Requests.Of("MultiplySigmoid", "MultiplySigmoid", width)]).Pointer("MultiplySigmoid");
        var cases =
            from seed in Properties.Seeds
            from length in Gen.Choose(1, 100)
            from size in Gen.Elements(1f, 10f, 80f)
            select (Seed: seed, Length: length, Size: size);
        Properties.Hold(cases, 200, c =>
        {
            var random = new Random(c.Seed);
            float[] x = FloatValues.Create(random, c.Length, FloatKind.Usual);
            float[] gates = new float[c.Length];
            for (int i = 0; i < gates.Length; i++)
            {
                gates[i] = (2 * random.NextSingle() - 1) * c.Size;
            }

            using GuardedBuffer values = GuardedBuffer.OfFloats(x);
            using GuardedBuffer gate = GuardedBuffer.OfFloats(gates);
            kernel(values.Floats, gate.Floats, c.Length);
            values.ShouldBeIntact();
            for (int i = 0; i < c.Length; i++)
            {
                double expected = x[i] / (1 + Math.Exp(-(double)gates[i]));
                ErrorBound.Check(values.Floats[i], expected, RelativeBound * Math.Abs(expected) + 4 * ErrorBound.Tiny, "value {0}", i);
            }
        });
    }
}
