using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Truths;

/// <summary>
/// What the formats of keys and values cost: logits against those of the same model with floats, over llama.cpp's own texts, relative to the
/// root of the mean square of a step's logits.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class KeyValueFormatTests
{
    /// <summary>
    /// Root of the mean square over all steps, and largest difference. Random errors of 2^-16 of a row's largest element average out in dot
    /// products; where activations are quantised (Q8_0, Q4_0), one that lies in the middle between two numbers falls on the other side, which is
    /// worth more than the format's own error.
    /// </summary>
    private static readonly Dictionary<KeyValueFormat, (double Float, double Quantized)> Bounds = new()
    {
        [KeyValueFormat.Int16] = (2e-4, 0.03),
        [KeyValueFormat.Int8] = (3e-2, 0.06),
    };

    public static MatrixTheoryData<string, KeyValueFormat> NamesAndFormats =>
        new(TruthModel.Names.Select(row => row.Data), Bounds.Keys);

    [Theory]
    [MemberData(nameof(NamesAndFormats))]
    public void LogitsAreNearThoseWithFloats(string name, KeyValueFormat format)
    {
        TruthModel truthModel = TruthModel.Require(name);
        using CompiledDecoder floats = truthModel.Compile(KeyValueFormat.Float32).Load();
        using CompiledDecoder model = truthModel.Compile(format).Load();
        double squares = 0;
        double largest = 0;
        int steps = 0;
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            using Session exact = floats.CreateSession();
            using Session session = model.CreateSession();
            foreach (int id in truth.AllIds)
            {
                float[] expected = exact.Evaluate([id]).ToArray();
                ReadOnlySpan<float> logits = session.Evaluate([id]);
                double size = Math.Sqrt(expected.Sum(logit => (double)logit * logit) / expected.Length);
                double sum = 0;
                for (int i = 0; i < expected.Length; i++)
                {
                    double difference = (logits[i] - (double)expected[i]) / size;
                    sum += difference * difference;
                    largest = Math.Max(largest, Math.Abs(difference));
                }

                squares += sum / expected.Length;
                steps++;
            }
        }

        double error = Math.Sqrt(squares / steps);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{name}, {format}: root mean square {error:E1}, largest {largest:E1} of a step's logits over {steps} steps");
        error.ShouldBeLessThan(name.Contains("-Q", StringComparison.Ordinal) ? Bounds[format].Quantized : Bounds[format].Float);
    }

    /// <summary>The default against llama.cpp's answers, within what the truths allow and what the format adds.</summary>
    [Theory]
    [MemberData(nameof(TruthModel.Names), MemberType = typeof(TruthModel))]
    public void TheDefaultAnswersAsLlamaCpp(string name)
    {
        // The largest differences of single logits that the format adds, in the units of the truths' tolerances.
        const double Added = 2e-3;
        TruthModel truthModel = TruthModel.Require(name);
        using CompiledDecoder model = truthModel.Compile().Load();
        double worst = 0;
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            using Session session = model.CreateSession();
            for (int step = 0; step < truth.Ids.Length; step++)
            {
                ReadOnlySpan<float> logits = session.Evaluate(step == 0 ? truth.PromptIds : [truth.Ids[step - 1]]);
                foreach (double[] top in truth.Steps[step].Top)
                {
                    worst = Math.Max(worst, Math.Abs(logits[(int)top[0]] - top[1]));
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: largest difference {worst:E1}");
        worst.ShouldBeLessThan(truthModel.LogitTolerance + Added);
    }
}
