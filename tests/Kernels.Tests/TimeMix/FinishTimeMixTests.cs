using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>y = (norm(y) · weight + bias + v · Σ r · k · bonus) · gate, the parts that a model has.</summary>
public sealed unsafe class FinishTimeMixTests
{
    private const int Dimension = 48;
    private const float Epsilon = 64e-5f;

    // Norm, bonus, gate, SiLU: as RWKV-7, RWKV-6 and ARWKV have them.
    private static readonly (bool HasNorm, bool HasBonus, bool HasGate, bool IsSilu)[] Forms =
        [(true, true, true, false), (true, false, true, true), (false, true, false, false), (true, true, false, false), (false, true, true, false)];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryValueIsWithinItsBound(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        KernelLibrary library = KernelLibrary.Compile(width, Forms.Select((form, i) => Requests.Of(
            "FinishTimeMix",
            $"Finish_{i}",
            width,
            ("Dimension", Dimension),
            ("Epsilon", Epsilon),
            ("HasNorm", form.HasNorm),
            ("HasBonus", form.HasBonus),
            ("HasGate", form.HasGate),
            ("IsSilu", form.IsSilu))));
        var cases =
            from seed in Properties.Seeds
            from form in Gen.Choose(0, Forms.Length - 1)
            from size in Gen.Elements(0.01f, 1f, 100f)
            select (Seed: seed, Form: form, Size: size);
        Properties.Hold(cases, 200, c =>
        {
            (bool hasNorm, bool hasBonus, bool hasGate, bool isSilu) = Forms[c.Form];
            var random = new Random(c.Seed);
            float[][] values = [.. Enumerable.Range(0, 8).Select(_ => FloatValues.Create(random, Dimension, FloatKind.Usual))];
            values[0] = [.. values[0].Select(value => value * c.Size)];
            GuardedBuffer[] buffers = [.. values.Select(row => GuardedBuffer.OfFloats(row))];
            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, void>)library.Pointer($"Finish_{c.Form}");
            kernel(
                buffers[0].Floats,
                hasNorm ? buffers[1].Floats : null,
                hasNorm ? buffers[2].Floats : null,
                hasBonus ? buffers[3].Floats : null,
                hasBonus ? buffers[4].Floats : null,
                hasBonus ? buffers[5].Floats : null,
                hasBonus ? buffers[6].Floats : null,
                hasGate ? buffers[7].Floats : null);
            buffers[0].ShouldBeIntact();

            double[] y = [.. values[0].Select(value => (double)value)];
            double mean = y.Average();
            double deviation = Math.Sqrt(y.Sum(value => (value - mean) * (value - mean)) / Dimension + Epsilon);
            double largest = y.Max(Math.Abs);
            double[] products = [.. Enumerable.Range(0, Dimension).Select(i => (double)values[3][i] * values[4][i] * values[6][i])];
            double own = hasBonus ? products.Sum() : 0;
            double ownError = (Dimension / 4 + 4) * ErrorBound.Unit * (hasBonus ? products.Sum(Math.Abs) : 0);
            for (int i = 0; i < Dimension; i++)
            {
                double normed = hasNorm ? (y[i] - mean) / deviation * values[1][i] + values[2][i] : y[i];
                double normedError = hasNorm
                    ? (Dimension / 4 + 16) * ErrorBound.Unit * (4 * largest / deviation * Math.Abs(values[1][i]) + Math.Abs(values[2][i]))
                    : 0;
                double sum = normed + own * values[5][i];
                double sumError = normedError + Math.Abs(values[5][i]) * ownError + 2 * ErrorBound.Unit * (Math.Abs(normed) + Math.Abs(own * values[5][i]));
                double gate = !hasGate ? 1 : isSilu ? values[7][i] / (1 + Math.Exp(-(double)values[7][i])) : values[7][i];
                double bound = Math.Abs(gate) * sumError + Math.Abs(sum * gate) * (3e-7 + 4 * ErrorBound.Unit) + 4 * ErrorBound.Tiny;
                ErrorBound.Check(buffers[0].Floats[i], sum * gate, bound, "value {0}", i);
            }

            Array.ForEach(buffers, buffer => buffer.Dispose());
        });
    }
}
