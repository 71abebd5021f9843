using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Truths;

/// <summary>
/// Real models answer as llama.cpp does. What that means for each format, <see cref="TruthModel"/> says. The truths are of a key/value cache of
/// floats, and so are these models; what another format costs, <see cref="KeyValueFormatTests"/> measures.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class TruthTests
{
    public static TheoryData<string> Names => TruthModel.Names;

    public static TheoryData<string> QuantizedNames => TruthModel.QuantizedNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void DecodingAnswersAsLlamaCpp(string name)
    {
        TruthModel truthModel = TruthModel.Require(name);
        using CompiledDecoder model = truthModel.Compile(KeyValueFormat.Float32).Load();
        double worst = 0;
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            using Session session = model.CreateSession();
            foreach (int id in truth.PromptIds.SkipLast(1))
            {
                session.Evaluate([id]);
            }

            int compared = truth.StepsBeforeCloseCall(truthModel.CloseCall);
            int last = truth.PromptIds[^1];
            for (int step = 0; step < truth.Ids.Length; step++)
            {
                ReadOnlySpan<float> logits = session.Evaluate([last]);
                worst = Math.Max(worst, Compare(logits, truth.Steps[step], truthModel.LogitTolerance, $"{name}, '{truth.Prompt}', step {step}"));
                if (step < compared)
                {
                    Logits.Best(logits).ShouldBe(truth.Ids[step], $"{name}, '{truth.Prompt}', step {step}");
                }

                last = truth.Ids[step];
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}, {model.Info.InstructionSet}: largest difference {worst:E1}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PrefillAnswersAsLlamaCpp(string name)
    {
        // Every eighth step, each with the whole text before it as one prompt.
        const int Stride = 8;
        TruthModel truthModel = TruthModel.Require(name);
        using CompiledDecoder model = truthModel.Compile(KeyValueFormat.Float32).Load();
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            using Session session = model.CreateSession();
            for (int step = 0; step < truth.Ids.Length; step += Stride)
            {
                session.Rewind(0);
                ReadOnlySpan<float> logits = session.Evaluate(truth.AllIds.AsSpan(0, truth.PromptIds.Length + step));
                Compare(logits, truth.Steps[step], truthModel.LogitTolerance, $"{name}, '{truth.Prompt}', step {step}");
            }
        }
    }

    /// <summary>The project's first promise: every greedy id, close calls or not.</summary>
    [Fact]
    public void Stories260KInFloat32GivesAll64IdsOfLlamaCpp()
    {
        TruthModel truthModel = TruthModel.Require("stories260K-f32");
        using CompiledDecoder model = truthModel.Compile(KeyValueFormat.Float32).Load();
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            using Session session = model.CreateSession();
            int[] ids = new int[64];
            ids[0] = Logits.Best(session.Evaluate(truth.PromptIds));
            for (int step = 1; step < ids.Length; step++)
            {
                ids[step] = Logits.Best(session.Evaluate([ids[step - 1]]));
            }

            ids.ShouldBe(truth.Ids);
        }
    }

    /// <summary>
    /// Rounding activations to 8 bits costs what it costs; ours may not cost more than llama.cpp's. Both are measured against float64
    /// over the same weights, as the root of the mean square over the logits that the truth has.
    /// </summary>
    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedModelsAreAsNearToFloat64AsLlamaCpp(string name)
    {
        // Both errors are random and about as large; over some hundreds of steps their sizes agree within this factor.
        const double Factor = 1.25;
        TruthModel truthModel = TruthModel.Require(name);
        using CompiledDecoder model = truthModel.Compile(KeyValueFormat.Float32).Load();
        var exact = new ReferenceModel(truthModel.Path, quantizesActivations: false);
        double ours = 0;
        double theirs = 0;
        foreach (TruthCase truth in truthModel.ReadTruth().Cases)
        {
            double[][] exactLogits = exact.Evaluate(truth.AllIds);
            using Session session = model.CreateSession();
            session.Evaluate(truth.PromptIds.AsSpan(0, truth.PromptIds.Length - 1));
            for (int step = 0; step < truth.Steps.Count; step++)
            {
                int position = truth.PromptIds.Length - 1 + step;
                ReadOnlySpan<float> logits = session.Evaluate([truth.AllIds[position]]);
                foreach (double[] top in truth.Steps[step].Top)
                {
                    int id = (int)top[0];
                    ours += Math.Pow(logits[id] - exactLogits[position][id], 2);
                    theirs += Math.Pow(top[1] - exactLogits[position][id], 2);
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {Math.Sqrt(ours / theirs):F3} of llama.cpp's error");
        Math.Sqrt(ours).ShouldBeLessThan(Factor * Math.Sqrt(theirs));
    }

    /// <summary>Compares a step; returns the largest difference.</summary>
    private static double Compare(ReadOnlySpan<float> logits, TruthStep truth, double tolerance, string where)
    {
        double largest = Math.Abs(Logits.LogSumExp(logits) - truth.LogSumExp);
        foreach (double[] top in truth.Top)
        {
            largest = Math.Max(largest, Math.Abs(logits[(int)top[0]] - top[1]));
        }

        largest.ShouldBeLessThanOrEqualTo(tolerance, where);
        return largest;
    }
}
