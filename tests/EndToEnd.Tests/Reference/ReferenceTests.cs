using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>
/// Tiny models of every shape against a forward pass in float64. Errors are relative to the root of the mean square of a token's logits.
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
    public void Float_models_compute_what_float64_does(string name)
    {
        TinyModel tiny = TinyModels.Find(name);
        double[] errors = Errors(tiny, [TinyModels.Text(tiny, seed: 1, length: int.Min(tiny.ContextLength, 160))], quantizesActivations: true);
        Report(name, errors);
        errors.Max().ShouldBeLessThan(FloatBound);
    }

    /// <summary>
    /// Quantised matrices read activations rounded to 8 bits, and so does this reference, by the same rule at the same places. A value
    /// in the middle between two numbers may still fall on either side, by an error of float32; then this token's logits and those of all
    /// tokens after it differ by a part of what the rounding costs. So texts are short and many: most tokens meet no such value and agree
    /// as closely as float models do, and none is further off than a part of the cost of rounding, which is what the same reference differs
    /// by when it does not round.
    /// </summary>
    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void Quantized_models_compute_what_float64_with_rounded_activations_does(string name)
    {
        TinyModel tiny = TinyModels.Find(name);
        int[][] texts = [.. Enumerable.Range(1, 30).Select(seed => TinyModels.Text(tiny, seed, length: 2)), TinyModels.Text(tiny, seed: 31, length: 60)];
        double[] errors = Errors(tiny, texts, quantizesActivations: true);
        double cost = texts.Max(text => Costs(tiny, text).Max());
        Report(name, errors);
        TestContext.Current.TestOutputHelper!.WriteLine($"cost of rounding: {cost:E1}");
        errors.Take(60).Order().ElementAt(30).ShouldBeLessThan(FloatBound);
        errors.Max().ShouldBeLessThan(cost);
    }

    /// <summary>Of each token of each text: how far our logits are from the reference's.</summary>
    private static double[] Errors(TinyModel tiny, IEnumerable<int[]> texts, bool quantizesActivations)
    {
        CompiledClass compiled = ModelCompiler.Compile(tiny);
        var reference = new ReferenceModel(compiled.Path, quantizesActivations);
        using CompiledModel model = compiled.Load(new LoadOptions { ThreadCount = 2 });
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

    private static IEnumerable<double> Costs(TinyModel tiny, int[] text)
    {
        string path = ModelCompiler.Compile(tiny).Path;
        double[][] exact = new ReferenceModel(path, quantizesActivations: false).Evaluate(text);
        double[][] rounded = new ReferenceModel(path, quantizesActivations: true).Evaluate(text);
        return exact.Zip(rounded, Distance);
    }

    // Largest difference over the size of the expected values; NaN counts as infinitely far.
    private static double Distance(float[] values, double[] expected) => Distance([.. values.Select(value => (double)value)], expected);

    private static double Distance(double[] values, double[] expected)
    {
        values.Length.ShouldBe(expected.Length);
        double size = Math.Sqrt(expected.Sum(value => value * value) / expected.Length);
        double largest = values.Zip(expected, (value, other) => Math.Abs(value - other)).Max(difference => double.IsNaN(difference) ? double.PositiveInfinity : difference);
        return largest / size;
    }

    private static void Report(string name, double[] errors) =>
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: largest error {errors.Max():E1}, median {errors.Order().ElementAt(errors.Length / 2):E1}");
}
