using System.Linq;
using ModelGen.EndToEnd.Tests.Embeddings;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Every architecture of an encoder gives the vectors of tokens that llama.cpp gave when its answer was recorded. Nothing beside the repository is
/// needed: the models are written here (<see cref="DecoderWriter"/>).
/// </summary>
/// <remarks>How differences are measured: <see cref="Measured"/>.</remarks>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class VectorGoldenTests
{
    private static readonly EmbeddingOptions AsTheyAre = new() { Normalize = false };

    public static TheoryData<string> Floats => [.. GoldenModel.Encoders.Select(model => model.Name)];

    public static TheoryData<string> Quantized => [.. GoldenModel.EncoderMixes.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Floats))]
    public void FloatModelsAnswerAsLlamaCppDid(string name) => Measure(GoldenModel.Find(name)).CheckFloats();

    [Theory]
    [MemberData(nameof(Quantized))]
    public void QuantizedModelsAnswerAsLlamaCppDid(string name) => Measure(GoldenModel.Find(name)).CheckQuantized();

    /// <summary>Texts of every length, together and one by one, with one thread and with some: the bits are the same.</summary>
    [Theory]
    [MemberData(nameof(Floats))]
    public void WhatATextGivesDoesNotDependOnThoseBesideIt(string name)
    {
        GoldenModel golden = GoldenModel.Find(name);
        int[] tokens = golden.ReadAnswer().Tokens;
        int[][] texts = [.. new[] { 1, 2, 7, 16, 33, 191, 192, 193, 256, 257, 300, 5 }.Select(length => tokens[^length..])];
        using CompiledEncoder alone = golden.Compile().LoadEncoder(options: new LoadOptions { ThreadCount = 1 });
        int[][] expected = [.. texts.Select(text => Logits.Bits(alone.VectorsOf([text], AsTheyAre)[0]))];
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using CompiledEncoder together = golden.Compile().LoadEncoder(options: new LoadOptions { ThreadCount = threads });
            together.VectorsOf(texts, AsTheyAre).Select(vector => Logits.Bits(vector)).ShouldBe(expected);
        }
    }

    private static Measured Measure(GoldenModel golden)
    {
        LogitAnswer answer = golden.ReadAnswer();
        using CompiledEncoder model = golden.Compile().LoadEncoder(options: new LoadOptions { ThreadCount = 2 });
        TokenEmbeddings embeddings = model.TokensOf(answer.Tokens, AsTheyAre);
        embeddings.Ids.ShouldBe(answer.Tokens);
        return Measured.Of(golden, answer, [.. answer.Positions.Select(position => embeddings[position].ToArray())], model.Info.ContextLength);
    }
}
