using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>
/// Every architecture answers as llama.cpp does, decoded token by token and as a prompt. The measure is the distance from a forward pass in
/// float64 over the dequantised weights: ours may be no further off than llama.cpp's.
/// </summary>
public sealed class ArchitectureTests
{
    // Tokens of a text: nine windows of the models that have them, two tiles of most kernels, and no multiple of any.
    private const int Length = 70;

    // Both engines add some hundred products in their own order: their errors agree within this factor.
    private const double FloatFactor = 2;

    // Both round activations to 8 bits; over 70,000 logits the sizes of the two errors agree within this factor.
    private const double RoundingFactor = 1.25;

    // Of half of the tokens there are fewer.
    private const double TypicalFactor = 1.5;

    // What rounding alone makes of a typical token, in any model here: 0.012 or so. A model whose router is nearly undecided takes other experts for most
    // tokens, in both engines; then a typical error says how often, which is chance: up to 2.2 times in 14 mixes of gemma4-moe.
    private const double MostOfRounding = 0.025;
    private const double ChanceFactor = 4;

    // The divergence goes with the square of the error.
    private const double DivergenceFactor = RoundingFactor * RoundingFactor;

    // What two orders of sums differ by, where llama.cpp happens to hit the exact one: relative to the logits, and in nats.
    private const double FloatError = 2e-6;
    private const double FloatDivergence = 1e-11;

    // The largest of 70,000 differences is not the same one in both engines.
    private const double LargestError = 5e-6;

    // A recurrent state keeps what an early token was off by, for the rest of the text: some logit is further off than those of attention.
    private const double LargestErrorOfStates = 2e-5;

    public static TheoryData<string> InFloats => ArchitectureModels.InFloats;

    public static TheoryData<string, string> InMixes => ArchitectureModels.InMixes;

    [Theory]
    [MemberData(nameof(InFloats))]
    public void FloatModelsAreAsNearToFloat64AsLlamaCpp(string preset)
    {
        LlamaCpp.Require();
        string path = ArchitectureModels.PathOf(preset);
        (LogitErrors ours, LogitErrors theirs) = Measure(path);
        bool hasStates = Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header).Spec!.Layers
            .Any(layer => layer.Mixers.Any(mixer => mixer is StateSpaceSpec or DeltaRuleSpec or GooseSpec or FinchSpec));
        ours.RootMeanSquare.ShouldBeLessThan(FloatFactor * theirs.RootMeanSquare + FloatError);
        ours.Largest.ShouldBeLessThan(FloatFactor * theirs.Largest + (hasStates ? LargestErrorOfStates : LargestError));
        ours.Divergence.ShouldBeLessThan(FloatFactor * theirs.Divergence + FloatDivergence);
    }

    [Theory]
    [MemberData(nameof(InMixes))]
    public void QuantizedModelsAreAsNearToFloat64AsLlamaCpp(string preset, string format)
    {
        LlamaCpp.Require();
        string path = ArchitectureModels.PathOf(preset, format);
        (LogitErrors ours, LogitErrors theirs) = Measure(path);
        ours.Typical.ShouldBeLessThan((theirs.Typical > MostOfRounding ? ChanceFactor : TypicalFactor) * theirs.Typical + FloatError);
        if (Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header).Spec!.Layers.Any(layer => layer.Network is ExpertsSpec or DenseAndExpertsSpec))
        {
            // Where two experts are of nearly the same weight, rounding chooses, of each engine another one: a few tokens are far off, of whom
            // and how many is chance.
            return;
        }

        ours.RootMeanSquare.ShouldBeLessThan(RoundingFactor * theirs.RootMeanSquare + FloatError);
        ours.Divergence.ShouldBeLessThan(DivergenceFactor * theirs.Divergence + FloatDivergence);
    }

    /// <summary>A text of two ranges of keys: windows that begin in the second one, slopes over hundreds of keys.</summary>
    [Theory]
    [InlineData("gemma2")]
    [InlineData("tiny-gemma3")]
    [InlineData("olmo3")]
    [InlineData("cohere2")]
    [InlineData("exaone4")]
    [InlineData("mpt")]
    [InlineData("bloom")]
    [InlineData("smollm3")]
    [InlineData("gemma4")]
    [InlineData("gemma4-moe")]
    [InlineData("rwkv7")]
    public void LongTextsAreAsNearToFloat64AsWithLlamaCpp(string preset)
    {
        LlamaCpp.Require();
        (LogitErrors ours, LogitErrors theirs) = Measure(ArchitectureModels.PathOf(preset), length: 300);
        ours.RootMeanSquare.ShouldBeLessThan(FloatFactor * theirs.RootMeanSquare + FloatError);
    }

    /// <summary>Measures both engines; a prompt gives the bits of decoding on the way.</summary>
    private static (LogitErrors Ours, LogitErrors Theirs) Measure(string path, int length = Length)
    {
        using CompiledDecoder model = ModelCompiler.Compile(path, keyValueFormat: KeyValueFormat.Float32).Load(new LoadOptions { ThreadCount = 2 });
        int vocabulary = model.Info.VocabularySize;
        int[] text = ArchitectureModels.Text(length, vocabulary);
        using Session session = model.CreateSession();
        float[][] decoded = [.. text.Select(token => session.Evaluate([token]).ToArray())];
        foreach (int prompt in new[] { 2, 17, length })
        {
            session.Rewind(0);
            Logits.Bits(session.Evaluate(text.AsSpan(0, prompt))).ShouldBe(Logits.Bits(decoded[prompt - 1]), $"prompt of {prompt}");
        }

        double[][] exact = new ReferenceModel(path, quantizesActivations: false, session.ContextLength).Evaluate(text);
        var ours = LogitErrors.Of(decoded, exact);
        var theirs = LogitErrors.Of(LlamaCpp.Evaluate(path, text, vocabulary), exact);
        TestContext.Current.TestOutputHelper!.WriteLine($"{System.IO.Path.GetFileNameWithoutExtension(path)}: {ours}; llama.cpp: {theirs}");
        return (ours, theirs);
    }
}
