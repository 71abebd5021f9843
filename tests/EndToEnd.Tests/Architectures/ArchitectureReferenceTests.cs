using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>Every architecture under every instruction set, in floats, against the forward pass in float64.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class ArchitectureReferenceTests
{
    // Two windows and a half of the models that have them, and a tile of most kernels.
    private const int Length = 20;

    // Some hundred float operations lie behind a logit: 2e-6 is measured at most.
    private const double FloatBound = 1e-5;

    public static TheoryData<string> InFloats => ArchitectureModels.InFloats;

    [Theory]
    [MemberData(nameof(InFloats))]
    public void FloatModelsComputeWhatFloat64Does(string preset)
    {
        LlamaCpp.Require();
        using CompiledDecoder model = ArchitectureModels.Compile(preset).Load(new LoadOptions { ThreadCount = 2 });
        int[] text = ArchitectureModels.Text(Length, model.Info.VocabularySize);
        using Session session = model.CreateSession();
        float[][] decoded = [.. text.Select(token => session.Evaluate([token]).ToArray())];
        session.Rewind(0);
        Logits.Bits(session.Evaluate(text)).ShouldBe(Logits.Bits(decoded[^1]));
        double[][] exact = new ReferenceModel(ArchitectureModels.PathOf(preset), quantizesActivations: false, session.ContextLength).Evaluate(text);
        LogitErrors.Of(decoded, exact).RootMeanSquare.ShouldBeLessThan(FloatBound);
    }
}
