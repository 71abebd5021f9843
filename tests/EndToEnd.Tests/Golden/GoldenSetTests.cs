using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The recorded answers are complete, belong to the models as they are written now, and are what is compared with.</summary>
public sealed class GoldenSetTests
{
    [Fact]
    public void EveryArchitectureHasAnAnswer() => GoldenModel.Architectures.Concat(GoldenModel.Encoders).Concat(GoldenModel.Answering)
        .Select(model => GgufHeaderReader.ReadFile(model.WriteFile()).Header.Find("general.architecture")!.Text!).Distinct()
        .ShouldBe(Architecture.Names, ignoreOrder: true);

    /// <summary>So has each model that docs/architectures.md names, which is each preset (<see cref="ArchitectureTableTests"/>).</summary>
    [Fact]
    public void EveryPresetHasAnAnswer() =>
        GoldenModel.Architectures.Select(model => model.Name).ShouldBe(ArchitectureModels.Presets, ignoreOrder: true);

    /// <summary>In a model of its own, which has no other format but those of its norms.</summary>
    [Fact]
    public void EveryFormatHasAnAnswer()
    {
        foreach (TensorFormat format in TensorFormat.All)
        {
            var model = GoldenModel.Find("format-" + format.Name);
            GgufHeader header = GgufHeaderReader.ReadFile(model.WriteFile()).Header;
            header.Tensors.Where(tensor => tensor.Shape.Count == 2).Select(tensor => tensor.TypeId).Distinct()
                .ShouldBe([format.Type.Id], format.Name);
        }
    }

    /// <summary>By every name of docs/tokenizers.md, but for those that have no tokenizer.</summary>
    [Fact]
    public void EveryKindOfTokenizerHasAnAnswer()
    {
        GoldenVocabulary.Kinds.Select(vocabulary => vocabulary.Model).Distinct().ShouldBe(TokenizerKinds.Names, ignoreOrder: true);
        GoldenVocabulary.Kinds.Select(vocabulary => TokenizerKinds.Of(vocabulary.Model)).Distinct()
            .ShouldBe(Enum.GetValues<TokenizerKind>().Where(kind => kind != TokenizerKind.IdsOnly), ignoreOrder: true);
    }

    [Fact]
    public void EveryPreTokenizerHasAnAnswer()
    {
        PreTokenizerAnswer answer = TokenGoldenTests.ReadPreTokenizers();
        answer.Answers.SelectMany(shared => shared.Names).ShouldBe(PreTokenizerRules.Names, ignoreOrder: true);
        answer.Answers.ShouldAllBe(shared => shared.Ids.Length == answer.Texts.Length);
    }

    /// <summary>Reading an answer checks that it belongs to the file that is written now.</summary>
    [Fact]
    public void NoAnswerIsMissingStaleOrLeftOver()
    {
        TokenGoldenTests.ReadPreTokenizers();
        List<string> files = [TokenGoldenTests.PreTokenizerFile];
        foreach (GoldenModel model in GoldenModel.All)
        {
            model.ReadAnswer();
            files.Add(model.AnswerFile);
        }

        foreach (GoldenVocabulary vocabulary in GoldenVocabulary.Kinds)
        {
            vocabulary.ReadAnswer();
            files.Add(vocabulary.AnswerFile);
        }

        Directory.EnumerateFiles(GoldenFiles.Folder).Select(path => Path.GetFileName(path)).ShouldBe(files, ignoreOrder: true);
    }

    [Fact]
    public void AnAnswerForAnotherFileIsRefusedByName()
    {
        string path = TemporaryFiles.Write("other.gguf", [1, 2, 3]);
        string hash = GoldenFiles.HashOf(path);
        Exception error = Should.Throw<InvalidDataException>(() => GoldenFiles.CheckHash("llama.json", hash[1..] + "0", path));
        error.Message.ShouldContain("llama.json is the answer for another file than other.gguf");
        error.Message.ShouldContain("MODELGEN_WRITE_GOLDEN=1");
        Should.NotThrow(() => GoldenFiles.CheckHash("llama.json", hash, path));
        TemporaryFiles.Delete(path);
    }
}
