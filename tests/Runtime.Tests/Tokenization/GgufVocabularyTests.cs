using System;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Gguf;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>Vocabularies of real models, against the ids and texts that llama.cpp gives.</summary>
public sealed class GgufVocabularyTests
{
    public static TheoryData<string> Vocabularies =>
        ["bert-bge", "deepseek-coder", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "starcoder"];

    public static TheoryData<string> Models =>
        ["demo-stories-F16", "demo-stories-Q4_K_M", "llama-2-tiny-random", "stories260K-f32", "stories260K-f16-tied", "tok105-f32"];

    [Fact]
    public void TheDemoModelHasItsTruth() => AssertTruth(TestFiles.DemoModel);

    [Fact]
    public void TheDemoModelNamesItsSettings()
    {
        VocabularyContent content = VocabularyContent.From(GgufHeaderReader.ReadFile(TestFiles.DemoModel));
        content.Model.ShouldBe("llama");
        content.ModelName.ShouldBe("ModelGen demo stories");
        content.Tokens.Length.ShouldBe(2048);
        content.Scores!.Length.ShouldBe(2048);
        content.Types!.Length.ShouldBe(2048);
        (content.UnknownId, content.BeginningOfSequenceId, content.EndOfSequenceId).ShouldBe((0, 1, 2));
        (content.AddBeginningOfSequence, content.AddEndOfSequence, content.AddSpacePrefix).ShouldBe((true, false, true));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ModelsHaveTheirTruth(string name)
    {
        string path = Path.Combine(RepositoryFiles.SharedData, "models", name + ".gguf");
        Assert.SkipUnless(File.Exists(path), RepositoryFiles.NoSharedData);
        AssertTruth(path);
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void PublishedTextsHaveTheirPublishedIds(string name)
    {
        string folder = Path.Combine(RepositoryFiles.SharedData, "tokenizers");
        Assert.SkipUnless(Directory.Exists(folder), RepositoryFiles.NoSharedData);
        Tokenizer tokenizer = TestFiles.OpenTokenizer(Path.Combine(folder, name + ".gguf"));
        string[] texts = File.ReadAllText(Path.Combine(folder, "texts.inp")).Split("\n__ggml_vocab_test__\n");
        string[] lines = File.ReadAllLines(Path.Combine(folder, name + ".gguf.out"));
        lines.Length.ShouldBe(46);
        for (int index = 0; index < lines.Length; index++)
        {
            int[] expected = [.. lines[index].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            tokenizer.EncodeToIds(texts[index], addSpecialTokens: false).ShouldBe(expected, texts[index]);

            // BERT's vocabulary has no capitals, accents and spaces to give back.
            if (name != "bert-bge")
            {
                tokenizer.Decode(expected).ShouldBe(texts[index]);
            }
        }
    }

    private static void AssertTruth(string modelPath)
    {
        Tokenizer tokenizer = TestFiles.OpenTokenizer(modelPath);
        TruthCase[] cases = TestFiles.ReadTruth(Path.ChangeExtension(modelPath, ".truth.json"));
        cases.ShouldNotBeEmpty();
        foreach (TruthCase truth in cases)
        {
            tokenizer.EncodeToIds(truth.Prompt).ShouldBe(truth.PromptIds);
            tokenizer.Decode(truth.Ids).ShouldBe(truth.Text);

            // llama.cpp keeps the space that it put behind BOS; decoding here gives back what was encoded.
            (" " + tokenizer.Decode(truth.PromptIds.Concat(truth.Ids))).ShouldBe(truth.FullText);
        }
    }
}
