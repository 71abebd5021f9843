using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Tokenizers;

/// <summary>Random hostile texts give the very ids that llama.cpp gives, with special tokens and without.</summary>
public sealed class TokenizerTruthTests
{
    private const string CountVariable = "MODELGEN_TEST_TEXTS";

    // Texts of a published vocabulary, which have the real merges, of a kind, and of a name of a pre-tokenizer.
    private const int PublishedCount = 10_000;
    private const int KindCount = 400;
    private const int NameCount = 100;
    private const int Seed = 1;

    public static TheoryData<string> Published =>
        ["bert-bge", "deepseek-coder", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "starcoder"];

    public static TheoryData<string> PreTokenizers => [.. PreTokenizerRules.Names];

    public static TheoryData<string> Kinds =>
    [
        "unigram", "unigram-prefix", "unigram-merged-spaces", "rwkv", "bert-cased", "bert-accents", "bert-cased-no-accents", "holes",
    ];

    public static TheoryData<string> Encoders =>
    [
        "tiny-bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v2-code", "jina-bert-v3", "modern-bert", "neo-bert", "eurobert",
        "gemma-embedding", "tiny-t5",
    ];

    [Theory]
    [MemberData(nameof(Published))]
    public void PublishedVocabularies(string name)
    {
        LlamaCpp.Require();
        Compare(Path.Combine(TestVocabularies.Folder, name + ".gguf"), PublishedCount);
    }

    /// <summary>Names that mean the same are each tried: a name is easily put in the wrong row.</summary>
    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void EveryPreTokenizer(string pre)
    {
        LlamaCpp.Require();
        Compare(TestVocabularies.WithPreTokenizer(pre), NameCount);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OtherKinds(string kind)
    {
        LlamaCpp.Require();
        string path = kind switch
        {
            "unigram" => TestVocabularies.Unigram(addsSpacePrefix: false, removesExtraSpaces: false),
            "unigram-prefix" => TestVocabularies.Unigram(addsSpacePrefix: true, removesExtraSpaces: false),
            "unigram-merged-spaces" => TestVocabularies.Unigram(addsSpacePrefix: true, removesExtraSpaces: true),
            "rwkv" => TestVocabularies.Rwkv(),
            "bert-cased" => TestVocabularies.Bert(lowercase: false, stripAccents: true),
            "bert-accents" => TestVocabularies.Bert(lowercase: true, stripAccents: false),
            "bert-cased-no-accents" => TestVocabularies.Bert(lowercase: false, stripAccents: false),
            _ => TestVocabularies.WithHoles(),
        };
        Compare(path, KindCount);
    }

    /// <summary>Encoders: what each adds to a text, its file says.</summary>
    [Theory]
    [MemberData(nameof(Encoders))]
    public void TokenizersOfEncoders(string preset)
    {
        LlamaCpp.Require();
        string path = TemporaryFiles.NewPath(preset + ".gguf");
        LlamaCpp.WriteModel(preset, "F32", path);
        Compare(path, KindCount);
        TemporaryFiles.Delete(path);
    }

    private static void Compare(string path, int defaultCount)
    {
        int count = Environment.GetEnvironmentVariable(CountVariable) is string asked ? int.Parse(asked, CultureInfo.InvariantCulture) : defaultCount;
        Tokenizer tokenizer = Tokenizer.Load(path, WordPieceRules.LlamaCpp);
        string[] texts = HostileTexts.Create(count, Seed, SpecialTexts(tokenizer));
        foreach ((bool addSpecial, bool parseSpecial) in new[] { (false, false), (true, true) })
        {
            int[][] expected = LlamaCpp.Tokenize(path, texts, addSpecial, parseSpecial);
            for (int index = 0; index < texts.Length; index++)
            {
                IReadOnlyList<int> ids = tokenizer.EncodeToIds(texts[index], addSpecial, parseSpecial);
                ids.ShouldBe(expected[index], texts[index]);
                tokenizer.CountTokens(texts[index], addSpecial, parseSpecial).ShouldBe(ids.Count);
            }
        }
    }

    // Tokens that look like control tokens stand at one end of a vocabulary.
    private static string[] SpecialTexts(Tokenizer tokenizer) => [.. Enumerable.Range(0, tokenizer.VocabularySize)
        .Where(id => id < 300 || id >= tokenizer.VocabularySize - 400)
        .Select(id => tokenizer.Decode([id], includeSpecialTokens: true))
        .Where(text => text.StartsWith('<') || text.StartsWith('['))];
}
