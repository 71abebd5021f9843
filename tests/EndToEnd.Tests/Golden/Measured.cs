using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>How far an answer is from llama.cpp's, and both from float64.</summary>
/// <param name="Golden">The model.</param>
/// <param name="Ours">Ours from float64.</param>
/// <param name="Theirs">llama.cpp's from float64.</param>
/// <param name="Apart">Ours from llama.cpp's.</param>
/// <param name="Cost">What rounding activations changes in float64.</param>
/// <remarks>
/// Differences are relative to the size of the logits, or of the vectors, (<see cref="LogitErrors"/>), and measured twice: from llama.cpp's answer, and from a
/// forward pass in float64. Either alone would let something pass: llama.cpp itself errs, by up to 5e-4 where it looks GELU up in a table
/// (<see cref="LogitBounds"/>), and by some percent where it rounds activations; and the forward pass in float64 reads the header as the
/// tested code does.
/// </remarks>
internal sealed record Measured(GoldenModel Golden, LogitErrors Ours, LogitErrors Theirs, LogitErrors Apart, LogitErrors Cost)
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

    /// <summary>Compares an answer.</summary>
    /// <param name="golden">The model.</param>
    /// <param name="answer">llama.cpp's.</param>
    /// <param name="ours">Ours, at its positions.</param>
    /// <param name="contextLength">Tokens of a session.</param>
    public static Measured Of(GoldenModel golden, LogitAnswer answer, float[][] ours, int contextLength)
    {
        string path = golden.WriteFile();
        float[][] theirs = answer.Decode();
        double[][] exact = Reference(roundsActivations: false);
        double[][] rounded = golden.Mix == FormatMix.Floats ? exact : Reference(roundsActivations: true);
        Measured measured = new(
            golden,
            LogitErrors.Of(ours, exact),
            LogitErrors.Of(theirs, exact),
            LogitErrors.Of(ours, [.. theirs.Select(row => row.Select(logit => (double)logit).ToArray())]),
            LogitErrors.Of([.. rounded.Select(row => row.Select(logit => (float)logit).ToArray())], exact));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{golden.Name}: {measured.Ours}; llama.cpp: {measured.Theirs}; apart: {measured.Apart}; cost of rounding: {measured.Cost}");
        return measured;

        double[][] Reference(bool roundsActivations) =>
            answer.AtPositions(new ReferenceModel(path, roundsActivations, contextLength) { Source = golden.Source }.Evaluate(answer.Tokens));
    }

    /// <summary>Fails where the answer of a model in floats is too far off.</summary>
    public void CheckFloats()
    {
        Ours.RootMeanSquare.ShouldBeLessThan(LogitBounds.Float);
        double bound = LogitBounds.Of(Golden.WriteFile());
        Apart.RootMeanSquare.ShouldBeLessThan(bound);
        Apart.Largest.ShouldBeLessThan(LargestFactor * bound);
    }

    /// <summary>Fails where the answer of a model in another format is too far off.</summary>
    public void CheckQuantized()
    {
        double bound = Math.Max(CostFactor * Cost.RootMeanSquare, Golden.Mix.Usual switch
        {
            "F16" => HalfBound,
            "BF16" => BFloatBound,
            _ => LogitBounds.Float,
        });
        Apart.RootMeanSquare.ShouldBeLessThan(bound);
        Apart.Largest.ShouldBeLessThan(LargestFactor * bound);
        Ours.RootMeanSquare.ShouldBeLessThan(RoundingFactor * Theirs.RootMeanSquare + LogitBounds.Float);
    }
}
