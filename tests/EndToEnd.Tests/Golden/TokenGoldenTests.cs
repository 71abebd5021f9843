using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Every kind of tokenizer and every pre-tokenizer gives the ids that llama.cpp gave when its answer was recorded, for hostile texts. Nothing
/// beside the repository is needed: the vocabularies are written here (<see cref="SmallVocabularies"/>).
/// </summary>
public sealed class TokenGoldenTests
{
    // Of a kind, and of all names of pre-tokenizers together, beside the written ones.
    private const int RandomTextsOfKind = 70;
    private const int RandomTextsOfNames = 40;

    /// <summary>The answer for all pre-tokenizers.</summary>
    internal const string PreTokenizerFile = "pre-tokenizers.json";

    private static readonly Lazy<PreTokenizerAnswer> OfPreTokenizers = new(
        () => PreTokenizerAnswer.Parse(GoldenFiles.Read(PreTokenizerFile, () => AskPreTokenizers().ToJson())));

    public static TheoryData<string> Kinds => [.. GoldenVocabulary.Kinds.Select(vocabulary => vocabulary.Name)];

    public static TheoryData<string> PreTokenizers => [.. PreTokenizerRules.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_gives_the_ids_of_llama_cpp(string name)
    {
        var vocabulary = GoldenVocabulary.Find(name);
        string path = vocabulary.WriteFile();
        string fileName = vocabulary.AnswerFile;
        var answer = TokenAnswer.Parse(GoldenFiles.Read(fileName, () => Ask(vocabulary, path).ToJson()));
        GoldenFiles.CheckHash(fileName, answer.Sha256, path);
        Tokenizer tokenizer = Tokenizer.Load(path);
        foreach (TokenizedText text in answer.Texts)
        {
            tokenizer.EncodeToIds(text.Text, addSpecialTokens: false, parseSpecialTokens: false).ShouldBe(text.Plain, text.Text);
            tokenizer.EncodeToIds(text.Text, addSpecialTokens: true, parseSpecialTokens: true).ShouldBe(text.Special, text.Text);
            tokenizer.CountTokens(text.Text, addSpecialTokens: true, parseSpecialTokens: true).ShouldBe(text.Special.Length, text.Text);
        }
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void Every_pre_tokenizer_gives_the_ids_of_llama_cpp(string name)
    {
        PreTokenizerAnswer answer = OfPreTokenizers.Value;
        string path = WithPreTokenizer(name).WriteFile();
        GoldenFiles.CheckHash(PreTokenizerFile, answer.Sha256[name], path);
        Tokenizer tokenizer = Tokenizer.Load(path);
        foreach ((string text, int[] ids) in answer.Texts.Zip(answer.Of(name)))
        {
            tokenizer.EncodeToIds(text, addSpecialTokens: true, parseSpecialTokens: true).ShouldBe(ids, text);
        }
    }

    /// <summary>Else the texts would not show which one a name means. Two cut alike in llama.cpp too.</summary>
    [Fact]
    public void No_two_scanners_have_the_same_answer()
    {
        foreach (SharedIds answer in OfPreTokenizers.Value.Answers)
        {
            answer.Names.Select(name => PreTokenizerRules.Find(name)!.Kind).Select(kind => kind == PreTokenizerKind.BailingMoe ? PreTokenizerKind.Qwen2 : kind)
                .Distinct().Count().ShouldBe(1, string.Join(", ", answer.Names));
        }
    }

    private static GoldenVocabulary WithPreTokenizer(string name) =>
        GoldenVocabulary.WithPreTokenizer(name, PreTokenizerRules.Find(name)!.MarksSpaces);

    private static TokenAnswer Ask(GoldenVocabulary vocabulary, string path)
    {
        string[] texts = GoldenTexts.Create(RandomTextsOfKind, vocabulary.SpecialTexts);
        int[][] plain = LlamaCpp.Tokenize(path, texts, addSpecial: false, parseSpecial: false);
        int[][] special = LlamaCpp.Tokenize(path, texts, addSpecial: true, parseSpecial: true);
        return new TokenAnswer(GoldenFiles.HashOf(path), [.. texts.Select((text, i) => new TokenizedText(text, plain[i], special[i]))]);
    }

    private static PreTokenizerAnswer AskPreTokenizers()
    {
        string[] texts = GoldenTexts.Create(RandomTextsOfNames, SmallVocabularies.Special);
        Dictionary<string, string> paths = PreTokenizerRules.Names.ToDictionary(name => name, name => WithPreTokenizer(name).WriteFile());
        return PreTokenizerAnswer.Of(
            paths.ToDictionary(path => path.Key, path => GoldenFiles.HashOf(path.Value)),
            texts,
            paths.ToDictionary(path => path.Key, path => LlamaCpp.Tokenize(path.Value, texts, addSpecial: true, parseSpecial: true)));
    }
}
