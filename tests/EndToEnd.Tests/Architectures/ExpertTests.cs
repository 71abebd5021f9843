using System.Linq;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>What files of experts may look like, and what their rows meet in a batch. Nothing beside the repository is needed.</summary>
public sealed class ExpertTests
{
    // 192 rows of a batch and some of the next.
    private const int Length = 230;

    private const double FloatBound = 1e-5;

    /// <summary>Gate and up of an expert in one tensor are the same model as in two.</summary>
    [Theory]
    [InlineData("F32")]
    [InlineData("Q4_K")]
    public void FusedTensorsGiveTheBitsOfThoseApart(string format)
    {
        DecoderPreset preset = DecoderPresets.Find("glm4moe");
        float[][] apart = Decode(preset, FormatMix.Of(format));
        float[][] fused = Decode(preset with { Experts = preset.Experts! with { IsFused = true } }, FormatMix.Of(format));
        fused.SelectMany(logits => Logits.Bits(logits)).ShouldBe(apart.SelectMany(logits => Logits.Bits(logits)));
    }

    /// <summary>Gate, up and down of experts in a format each, so that the activation is a step of its own.</summary>
    [Theory]
    [InlineData("gpt-oss")]
    [InlineData("llama4")]
    [InlineData("qwen2moe")]
    public void EveryMatrixOfAnExpertMayHaveAFormatOfItsOwn(string name)
    {
        string path = Write(DecoderPresets.Find(name), FormatMix.Floats with { OfUp = "F16" });
        (float[][] decoded, int context) = Decode(path);
        double[][] exact = new ReferenceModel(path, quantizesActivations: false, context).Evaluate(Text(24));
        LogitErrors.Of(decoded[..24], exact).RootMeanSquare.ShouldBeLessThan(FloatBound);
    }

    /// <summary>Hidden units that fill no block of 32: the biases of one expert end within it.</summary>
    [Fact]
    public void HiddenUnitsNeedNotFillABlock()
    {
        DecoderPreset preset = DecoderPresets.Find("gpt-oss");
        string path = Write(preset with { Experts = preset.Experts! with { Hidden = 40 } }, FormatMix.Floats);
        (float[][] decoded, int context) = Decode(path);
        double[][] exact = new ReferenceModel(path, quantizesActivations: false, context).Evaluate(Text(24));
        LogitErrors.Of(decoded[..24], exact).RootMeanSquare.ShouldBeLessThan(FloatBound);
    }

    /// <summary>
    /// A router that has no opinion: every token takes the first experts, and nobody the others. A prompt of more rows than a batch has then gives one
    /// expert all of them.
    /// </summary>
    [Theory]
    [InlineData("mixtral")]
    [InlineData("bailingmoe2")]
    [InlineData("gpt-oss")]
    public void OfEqualExpertsTheFirstAreTaken(string name)
    {
        DecoderPreset preset = DecoderPresets.Find(name);
        string path = Write(preset, FormatMix.Floats, withoutRouters: true);
        (float[][] decoded, int context) = Decode(path);
        double[][] exact = new ReferenceModel(path, quantizesActivations: false, context).Evaluate(Text(24));
        LogitErrors.Of(decoded[..24], exact).RootMeanSquare.ShouldBeLessThan(FloatBound);
    }

    private static int[] Text(int length) => ArchitectureModels.Text(Length, DecoderWriter.VocabularySize)[..length];

    private static float[][] Decode(DecoderPreset preset, FormatMix mix) => Decode(Write(preset, mix)).Logits;

    private static string Write(DecoderPreset preset, FormatMix mix, bool withoutRouters = false) =>
        TemporaryFiles.Write("experts.gguf", DecoderWriter.Write(withoutRouters ? preset with { Experts = preset.Experts! with { IsRouterEmpty = true } } : preset, mix));

    /// <summary>Token by token; prompts on the way give the same bits, on two threads and on three.</summary>
    private static (float[][] Logits, int Context) Decode(string path)
    {
        CompiledClass compiled = ModelCompiler.Compile(path, keyValueFormat: KeyValueFormat.Float32);
        using CompiledDecoder model = compiled.Load(new LoadOptions { ThreadCount = 3 });
        using Session session = model.CreateSession();
        int[] text = Text(Length);
        float[][] decoded = [.. text.Select(token => session.Evaluate([token]).ToArray())];
        foreach (int prompt in new[] { 2, 3, 5, 9, 33, 100, Length, Length, Length })
        {
            session.Rewind(0);
            Logits.Bits(session.Evaluate(text[..prompt])).ShouldBe(Logits.Bits(decoded[prompt - 1]), $"prompt of {prompt}");
        }

        return (decoded, session.ContextLength);
    }
}
