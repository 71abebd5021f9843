using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Encoders with a decoder answer a text as llama.cpp did when its answer was recorded.</summary>
/// <remarks>How differences are measured: <see cref="Measured"/>.</remarks>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class AnswerGoldenTests
{
    public static TheoryData<string> Floats => [.. GoldenModel.Answering.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Floats))]
    public void FloatModelsAnswerAsLlamaCppDid(string name) => Measure(GoldenModel.Find(name)).CheckFloats();

    [Fact]
    public void AQuantizedModelAnswersAsLlamaCppDid() => Measure(GoldenModel.AnsweringMix).CheckQuantized();

    /// <summary>Decodes an answer, and evaluates the begin of it at once, which gives the same bits.</summary>
    private static Measured Measure(GoldenModel golden)
    {
        LogitAnswer answer = golden.ReadAnswer();
        using CompiledDecoder model = golden.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        session.Encode(golden.Source);

        // The text is the whole answer, and starts with another token than the model's.
        session.Rewind(0);
        float[][] decoded = [.. answer.Tokens.Select(token => session.Evaluate([token]).ToArray())];
        foreach (int length in new[] { 2, 17, answer.Tokens.Length })
        {
            session.Rewind(0);
            Logits.Bits(session.Evaluate(answer.Tokens.AsSpan(0, length))).ShouldBe(Logits.Bits(decoded[length - 1]), $"{length} at once");
        }

        return Measured.Of(golden, answer, answer.AtPositions(decoded), session.ContextLength);
    }
}
