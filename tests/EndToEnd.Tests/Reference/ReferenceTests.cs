using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>
/// Tiny models of every shape, with keys and values in floats, against a forward pass in float64. Errors are relative to the root of the mean square of a token's logits.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class ReferenceTests
{
    // Some hundred float operations lie behind a logit, each with an error of 2^-24 that mostly averages out: 1e-6 to 2e-6 is measured.
    private const double FloatBound = 1e-5;

    public static TheoryData<string> FloatNames => TinyModels.FloatNames;

    public static TheoryData<string> QuantizedNames => TinyModels.QuantizedNames;

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatModelsComputeWhatFloat64Does(string name)
    {
        TinyModel tiny = TinyModels.Find(name);
        double[] errors = Errors(tiny, TinyModels.Text(tiny, seed: 1, length: int.Min(tiny.ContextLength, 160)));
        Report(name, errors);
        errors.Max().ShouldBeLessThan(FloatBound);
    }

    /// <summary>
    /// Quantised matrices read activations rounded to 8 bits, and so does this reference, by the same rule at the same places. A value
    /// in the middle between two numbers may still fall on either side, by an error of float32; then this token's logits and those of all
    /// tokens after it differ by a part of what the rounding costs. So texts are short and many: nine in ten tokens meet no such value and agree
    /// as closely as float models do, and none is further off than a part of the cost of rounding, which is what the same reference differs
    /// by when it does not round.
    /// </summary>
    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedModelsComputeWhatFloat64WithRoundedActivationsDoes(string name)
    {
        TinyModel tiny = TinyModels.Find(name);
        const int ShortLength = 2;
        const int LongLength = 60;
        int[][] shortTexts = [.. Enumerable.Range(1, 30).Select(seed => TinyModels.Text(tiny, seed, ShortLength))];
        int[] longText = TinyModels.Text(tiny, seed: 31, LongLength);
        double[] ofShort = Errors(tiny, shortTexts);
        double[] ofLong = Errors(tiny, longText);
        Report(name, ofShort);
        Report(name, ofLong);
        double cost = CostOfRounding(tiny, longText);
        TestContext.Current.TestOutputHelper!.WriteLine($"cost of rounding: {cost:E1}");
        ofShort.Count(error => error < FloatBound).ShouldBeGreaterThanOrEqualTo(ofShort.Length * 9 / 10);
        ofShort.Max().ShouldBeLessThan(cost);
        ofLong.Max().ShouldBeLessThan(cost);
    }

    /// <summary>Of each token of each text: how far our logits are from the reference's.</summary>
    private static double[] Errors(TinyModel tiny, params IEnumerable<int[]> texts)
    {
        CompiledClass compiled = ModelCompiler.Compile(tiny, KeyValueFormat.Float32);
        var reference = new ReferenceModel(compiled.Path, quantizesActivations: true);
        using CompiledDecoder model = compiled.Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        var errors = new List<double>();
        foreach (int[] text in texts)
        {
            session.Rewind(0);
            foreach ((int token, double[] expected) in text.Zip(reference.Evaluate(text)))
            {
                errors.Add(Distance([.. session.Evaluate([token])], expected));
            }
        }

        return [.. errors];
    }

    // The largest difference that rounding makes to a token of the text.
    private static double CostOfRounding(TinyModel tiny, int[] text)
    {
        string path = TinyFiles.PathOf(tiny);
        double[][] exact = new ReferenceModel(path, quantizesActivations: false).Evaluate(text);
        double[][] rounded = new ReferenceModel(path, quantizesActivations: true).Evaluate(text);
        return exact.Zip(rounded, Distance).Max();
    }

    // Largest difference over the size of the expected values; NaN counts as infinitely far.
    private static double Distance(float[] values, double[] expected) => Distance([.. values.Select(value => (double)value)], expected);

    private static double Distance(double[] values, double[] expected)
    {
        values.Length.ShouldBe(expected.Length);
        double size = Math.Sqrt(expected.Sum(value => value * value) / expected.Length);
        return values.Zip(expected, (value, other) => value - other)
            .Max(difference => double.IsNaN(difference) ? double.PositiveInfinity : Math.Abs(difference)) / size;
    }

    private static void Report(string name, double[] errors) =>
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: largest error {errors.Max():E1}, median {Median(errors):E1}");

    private static double Median(double[] errors) => errors.Order().ElementAt(errors.Length / 2);
}
