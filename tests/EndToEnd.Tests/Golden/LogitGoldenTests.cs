using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Every architecture and every format answers as llama.cpp did when its answer was recorded. Nothing beside the repository is needed:
/// the models are written here (<see cref="DecoderWriter"/>).
/// </summary>
/// <remarks>
/// Differences are relative to the size of the logits (<see cref="LogitErrors"/>), and measured twice: from llama.cpp's logits, and from a
/// forward pass in float64. Either alone would let something pass: llama.cpp itself errs, by up to 5e-4 where it looks GELU up in a table
/// (<see cref="LogitBounds"/>), and by some percent where it rounds activations; and the forward pass in float64 reads the header as the
/// tested code does.
/// </remarks>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class LogitGoldenTests
{
    // llama.cpp rounds activations to the format of the weights, with 11 bits or 8: 6e-4 and 5e-3 are measured.
    private const double HalfBound = 3e-3;
    private const double BFloatBound = 2e-2;

    // The largest of some thousand differences is usually four times their root mean square, and up to eight where a token stands out.
    private const double LargestFactor = 8;

    // What rounding costs is known: it is what the float64 pass differs by when it rounds activations as the kernels do. Ours costs that.
    // llama.cpp's costs as much with blocks of 32, and up to 1.8 times as much with blocks of 256: so both are up to twice the cost apart.
    private const double CostFactor = 3;

    // Of two errors of the same rounding, over some 2,700 logits: ours is up to 1.05 times llama.cpp's.
    private const double RoundingFactor = 1.25;

    public static TheoryData<string> Floats => [.. GoldenModel.Architectures.Concat(GoldenModel.Variants).Select(model => model.Name)];

    public static TheoryData<string> Quantized => [.. GoldenModel.Formats.Concat(GoldenModel.Mixes).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Floats))]
    public void FloatModelsAnswerAsLlamaCppDid(string name)
    {
        GoldenModel golden = GoldenModel.Find(name);
        Measured measured = Measure(golden);
        measured.Ours.RootMeanSquare.ShouldBeLessThan(LogitBounds.Float);
        double bound = LogitBounds.Of(golden.WriteFile());
        measured.Apart.RootMeanSquare.ShouldBeLessThan(bound);
        measured.Apart.Largest.ShouldBeLessThan(LargestFactor * bound);
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void QuantizedModelsAnswerAsLlamaCppDid(string name)
    {
        GoldenModel golden = GoldenModel.Find(name);
        Measured measured = Measure(golden);
        double bound = Math.Max(CostFactor * measured.Cost.RootMeanSquare, golden.Mix.Usual switch
        {
            "F16" => HalfBound,
            "BF16" => BFloatBound,
            _ => LogitBounds.Float,
        });
        measured.Apart.RootMeanSquare.ShouldBeLessThan(bound);
        measured.Apart.Largest.ShouldBeLessThan(LargestFactor * bound);
        measured.Ours.RootMeanSquare.ShouldBeLessThan(RoundingFactor * measured.Theirs.RootMeanSquare + LogitBounds.Float);
    }

    /// <summary>Decodes the text, and evaluates prompts on the way, which give the same bits.</summary>
    private static Measured Measure(GoldenModel golden)
    {
        LogitAnswer answer = golden.ReadAnswer();
        string path = golden.WriteFile();
        using CompiledDecoder model = golden.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        float[][] decoded = [.. answer.Tokens.Select(token => session.Evaluate([token]).ToArray())];
        foreach (int prompt in new[] { 2, 17, answer.Tokens.Length })
        {
            session.Rewind(0);
            Logits.Bits(session.Evaluate(answer.Tokens.AsSpan(0, prompt))).ShouldBe(Logits.Bits(decoded[prompt - 1]), $"prompt of {prompt}");
        }

        float[][] ours = answer.AtPositions(decoded);
        float[][] theirs = answer.Decode();
        double[][] exact = Reference(roundsActivations: false);
        double[][] rounded = golden.Mix == FormatMix.Floats ? exact : Reference(roundsActivations: true);
        Measured measured = new(
            LogitErrors.Of(ours, exact),
            LogitErrors.Of(theirs, exact),
            LogitErrors.Of(ours, [.. theirs.Select(row => row.Select(logit => (double)logit).ToArray())]),
            LogitErrors.Of([.. rounded.Select(row => row.Select(logit => (float)logit).ToArray())], exact));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{golden.Name}: {measured.Ours}; llama.cpp: {measured.Theirs}; apart: {measured.Apart}; cost of rounding: {measured.Cost}");
        return measured;

        double[][] Reference(bool roundsActivations) =>
            answer.AtPositions(new ReferenceModel(path, roundsActivations, session.ContextLength).Evaluate(answer.Tokens));
    }

    /// <summary>How far apart the answers are.</summary>
    /// <param name="Ours">Ours from float64.</param>
    /// <param name="Theirs">llama.cpp's from float64.</param>
    /// <param name="Apart">Ours from llama.cpp's.</param>
    /// <param name="Cost">What rounding activations changes in float64.</param>
    private sealed record Measured(LogitErrors Ours, LogitErrors Theirs, LogitErrors Apart, LogitErrors Cost);
}
