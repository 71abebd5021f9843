using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>What settings mean that ask for nothing, or that stand at 0: llama.cpp says it.</summary>
public sealed class HeaderTests
{
    // Longer than the windows of 8 keys.
    private const int Length = 20;

    // What two orders of sums differ by, and llama.cpp's GELU, a table of half floats: relative to the logits.
    private const double FloatError = 2e-3;

    public static TheoryData<string> InFloats => ArchitectureModels.InFloats;

    /// <summary>
    /// Every setting at each value that asks for nothing, all at once, in a model of every architecture: llama.cpp gives the same bits, and
    /// the recogniser the same spec.
    /// </summary>
    [Theory]
    [MemberData(nameof(InFloats))]
    public void SettingsThatAskForNothingChangeNothing(string preset)
    {
        LlamaCpp.Require();
        string plainPath = ArchitectureModels.PathOf(preset);
        byte[] plain = File.ReadAllBytes(plainPath);
        GgufHeader header = GgufHeaderReader.ReadFile(plainPath).Header;
        ModelSpec spec = Architecture.Recognise(header).Spec!;
        int[] text = ArchitectureModels.Text(Length, spec.VocabularySize);
        float[][] expected = LlamaCpp.Evaluate(plainPath, text, spec.VocabularySize);
        NeutralSetting[] settings = [.. NeutralSetting.Known.Where(setting => header.Find($"{spec.Architecture}.{setting.Suffix}") is null)];
        int most = settings.Max(setting => setting.Values(spec).Length);
        for (int index = 0; index < most; index++)
        {
            GgufEdit edit = GgufEdit.Of(plain);
            foreach (NeutralSetting setting in settings)
            {
                double[] values = setting.Values(spec);
                if (values.Length > 0)
                {
                    Write(edit, $"{spec.Architecture}.{setting.Suffix}", setting.Type, values[index % values.Length]);
                }
            }

            string path = TemporaryFiles.Write($"neutral-{preset}.gguf", edit.ToArray());
            Recognition recognition = Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header);
            recognition.Problems.Select(problem => problem.Message).ShouldBeEmpty($"values {index}");
            recognition.Spec.ShouldBe(spec, $"values {index}");
            LlamaCpp.Evaluate(path, text, spec.VocabularySize).SelectMany(logits => Logits.Bits(logits))
                .ShouldBe(expected.SelectMany(logits => Logits.Bits(logits)), $"values {index}");
            TemporaryFiles.Delete(path);
        }
    }

    /// <summary>Settings that a recogniser asks for, at 0: none of a factor or a cap; every layer, of a pattern of windows.</summary>
    [Theory]
    [InlineData("granite", "embedding_scale")]
    [InlineData("granite", "residual_scale")]
    [InlineData("granite", "attention.scale")]
    [InlineData("minicpm", "embedding_scale")]
    [InlineData("minicpm", "residual_scale")]
    [InlineData("command-r", "logit_scale")]
    [InlineData("cohere2", "logit_scale")]
    [InlineData("gemma2", "attention.sliding_window_pattern")]
    [InlineData("tiny-gemma3", "final_logit_softcapping")]
    [InlineData("mpt", "attention.clamp_kqv")]
    [InlineData("mpt", "attention.max_alibi_bias")]
    [InlineData("olmo", "attention.clamp_kqv")]
    [InlineData("llama-linear", "rope.scaling.factor")]
    [InlineData("tiny-gemma3", "attention.sliding_window_pattern")]
    [InlineData("cohere2", "attention.sliding_window_pattern")]
    [InlineData("olmo3", "attention.sliding_window_pattern")]
    [InlineData("exaone4-64-layers", "attention.sliding_window_pattern")]
    [InlineData("tiny-gemma3", "attention.sliding_window")]
    [InlineData("olmo3", "attention.sliding_window")]
    [InlineData("tiny-gpt2", "rope.dimension_count")]
    public void ZeroMeansWhatItMeansToLlamaCpp(string preset, string suffix)
    {
        LlamaCpp.Require();
        string plainPath = ArchitectureModels.PathOf(preset);
        string architecture = GgufHeaderReader.ReadFile(plainPath).Header.Find("general.architecture")!.Text!;
        bool isInteger = suffix is "attention.sliding_window" or "attention.sliding_window_pattern" or "rope.dimension_count";
        GgufEdit edit = GgufEdit.Of(File.ReadAllBytes(plainPath));
        Write(edit, $"{architecture}.{suffix}", isInteger ? GgufValueType.UInt32 : GgufValueType.Float32, 0);
        string path = TemporaryFiles.Write($"zero-{preset}.gguf", edit.ToArray());
        ModelSpec spec = Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header).Spec!;
        int[] text = ArchitectureModels.Text(Length, spec.VocabularySize);
        double[][] exact = new ReferenceModel(path, quantizesActivations: false).Evaluate(text);
        LogitErrors.Of(LlamaCpp.Evaluate(path, text, spec.VocabularySize), exact).RootMeanSquare.ShouldBeLessThan(FloatError);
        TemporaryFiles.Delete(path);
    }

    private static void Write(GgufEdit edit, string key, GgufValueType type, double value) => edit.Set(writer => _ = type switch
    {
        GgufValueType.Bool => writer.AddBool(key, value != 0),
        GgufValueType.UInt32 => writer.AddUInt32(key, (uint)value),
        GgufValueType.Int32 => writer.AddInt32(key, (int)value),
        _ => writer.AddFloat32(key, (float)value),
    });
}
