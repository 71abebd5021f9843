using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Every architecture of a decoder and every format answers as llama.cpp did when its answer was recorded. Nothing beside the repository is needed:
/// the models are written here (<see cref="DecoderWriter"/>).
/// </summary>
/// <remarks>How differences are measured: <see cref="Measured"/>.</remarks>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class LogitGoldenTests
{
    public static TheoryData<string> Floats => [.. GoldenModel.Architectures.Concat(GoldenModel.Variants).Select(model => model.Name)];

    public static TheoryData<string> Quantized => [.. GoldenModel.Formats.Concat(GoldenModel.Mixes).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Floats))]
    public void FloatModelsAnswerAsLlamaCppDid(string name) => Measure(GoldenModel.Find(name)).CheckFloats();

    [Theory]
    [MemberData(nameof(Quantized))]
    public void QuantizedModelsAnswerAsLlamaCppDid(string name) => Measure(GoldenModel.Find(name)).CheckQuantized();

    /// <summary>Decodes the text, and evaluates prompts on the way, which give the same bits.</summary>
    private static Measured Measure(GoldenModel golden)
    {
        LogitAnswer answer = golden.ReadAnswer();
        using CompiledDecoder model = golden.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        float[][] decoded = [.. answer.Tokens.Select(token => session.Evaluate([token]).ToArray())];
        foreach (int prompt in new[] { 2, 17, answer.Tokens.Length })
        {
            session.Rewind(0);
            Logits.Bits(session.Evaluate(answer.Tokens.AsSpan(0, prompt))).ShouldBe(Logits.Bits(decoded[prompt - 1]), $"prompt of {prompt}");
        }

        return Measured.Of(golden, answer, answer.AtPositions(decoded), session.ContextLength);
    }
}
