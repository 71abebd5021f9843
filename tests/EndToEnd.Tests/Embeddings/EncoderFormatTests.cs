using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>
/// Every encoder in formats of the files that people have, against the same weights in float64; in float32 <see cref="VectorGoldenTests"/> has them.
/// Differences are relative to the size of the vectors.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class EncoderFormatTests
{
    private const int TextLength = 40;

    // Of a rounding to 8 bits: as much, but for values in the middle between two numbers, which fall on either side.
    private const double RoundingFactor = 1.25;

    // 16 bits are 256 times finer than 8; what they are not finer than is the error of float32.
    private const double FinerFactor = 0.05;

    public static TheoryData<string> Names => [.. GoldenModel.EncodersOfOneFormat.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void VectorsAreThoseOfTheWeights(string name)
    {
        GoldenModel golden = GoldenModel.EncodersOfOneFormat.Single(model => model.Name == name);
        int[] text = Text(name);
        using CompiledEncoder model = golden.Compile().LoadEncoder(options: new LoadOptions { ThreadCount = 2 });
        TokenEmbeddings tokens = model.TokensOf(text, new EmbeddingOptions { Normalize = false });
        double[][] exact = Evaluate(roundsActivations: false);
        double error = LogitErrors.Of([.. text.Select((_, token) => tokens[token].ToArray())], exact).RootMeanSquare;
        double cost = golden.Mix.Usual == "F16" ? 0
            : LogitErrors.Of([.. Evaluate(roundsActivations: true).Select(row => row.Select(element => (float)element).ToArray())], exact).RootMeanSquare;
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {error:E1}; cost of rounding to 8 bits: {cost:E1}");
        error.ShouldBeLessThan(LogitBounds.Float + cost * FactorOf(golden.Mix.Usual, model.Info.InstructionSet));

        double[][] Evaluate(bool roundsActivations) =>
            new ReferenceModel(golden.WriteFile(), roundsActivations, model.Info.ContextLength).Evaluate(text);
    }

    /// <summary>
    /// What the error is of the cost of rounding activations to 8 bits. Products of Q8_0 leave room for activations of 16 bits, but not those
    /// of ARM64 that take bytes.
    /// </summary>
    public static double FactorOf(string format, InstructionSet instructions) =>
        format == "Q8_0" && instructions != InstructionSet.AdvSimdDp ? FinerFactor : RoundingFactor;

    private static int[] Text(string name)
    {
        RepeatableRandom random = new(name + "/text");
        return [.. Enumerable.Range(0, TextLength)
            .Select(_ => DecoderVocabulary.FirstOrdinary + random.Next(DecoderWriter.VocabularySize - DecoderVocabulary.FirstOrdinary))];
    }
}
