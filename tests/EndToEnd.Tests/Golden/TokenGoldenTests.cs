using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Every kind of tokenizer and every pre-tokenizer gives the ids that llama.cpp gave when its answer was recorded, for hostile texts.
/// Nothing beside the repository is needed: the vocabularies are written here (<see cref="SmallVocabularies"/>).
/// </summary>
public sealed class TokenGoldenTests
{
    // Beside the written ones.
    private const int RandomTexts = 40;

    /// <summary>The answer for all pre-tokenizers.</summary>
    internal const string PreTokenizerFile = "pre-tokenizers.json";

    private static readonly Lazy<PreTokenizerAnswer> PreTokenizerAnswers = new(
        () => PreTokenizerAnswer.Parse(GoldenFiles.Read(PreTokenizerFile, () => AskPreTokenizers().ToJson())));

    public static TheoryData<string> Kinds => [.. GoldenVocabulary.Kinds.Select(vocabulary => vocabulary.Name)];

    public static TheoryData<string> PreTokenizers => [.. PreTokenizerRules.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindGivesTheIdsOfLlamaCpp(string name)
    {
        var vocabulary = GoldenVocabulary.Find(name);
        TokenAnswer answer = vocabulary.ReadAnswer();
        Tokenizer tokenizer = Tokenizer.Load(vocabulary.WriteFile(), WordPieceRules.LlamaCpp);
        foreach (TokenizedText text in answer.Texts)
        {
            tokenizer.EncodeToIds(text.Text, addSpecialTokens: false, parseSpecialTokens: false).ShouldBe(text.Plain, text.Text);
            tokenizer.EncodeToIds(text.Text, addSpecialTokens: true, parseSpecialTokens: true).ShouldBe(text.Special, text.Text);
            tokenizer.CountTokens(text.Text, addSpecialTokens: true, parseSpecialTokens: true).ShouldBe(text.Special.Length, text.Text);
        }
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void EveryPreTokenizerGivesTheIdsOfLlamaCpp(string name)
    {
        PreTokenizerAnswer answer = ReadPreTokenizers();
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
    public void NoTwoScannersHaveTheSameAnswer()
    {
        foreach (SharedIds answer in ReadPreTokenizers().Answers)
        {
            answer.Names.Select(name => PreTokenizerRules.Find(name)!.Kind)
                .Select(kind => kind == PreTokenizerKind.BailingMoe ? PreTokenizerKind.Qwen2 : kind)
                .Distinct().Count().ShouldBe(1, string.Join(", ", answer.Names));
        }
    }

    /// <summary>Its contents.</summary>
    internal static PreTokenizerAnswer ReadPreTokenizers() => PreTokenizerAnswers.Value;

    private static GoldenVocabulary WithPreTokenizer(string name) =>
        GoldenVocabulary.WithPreTokenizer(name, PreTokenizerRules.Find(name)!.MarksSpaces);

    private static PreTokenizerAnswer AskPreTokenizers()
    {
        string[] texts = GoldenTexts.Create(RandomTexts, SmallVocabularies.Special);
        Dictionary<string, string> paths = PreTokenizerRules.Names.ToDictionary(name => name, name => WithPreTokenizer(name).WriteFile());
        return PreTokenizerAnswer.Of(
            paths.ToDictionary(path => path.Key, path => GoldenFiles.HashOf(path.Value)),
            texts,
            paths.ToDictionary(path => path.Key, path => LlamaCpp.Tokenize(path.Value, texts, addSpecial: true, parseSpecial: true)));
    }
}
