using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Tokenizers;

/// <summary>
/// Texts of a million characters that are one word, one run or nothing but hard characters. An encoder whose time grows with the square of
/// a word's length would not come to an end here.
/// </summary>
public sealed class LongTextTests
{
    private const int Length = 1_000_000;

    public static TheoryData<string> Vocabularies =>
        ["deepseek-coder", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "starcoder", "bert-bge", "unigram", "rwkv"];

    // One pre-tokenizer of each way to cut.
    public static TheoryData<string> PreTokenizers => ["tekken", "gpt-4o", "deepseek-llm", "deepseek-v3", "chameleon", "viking", "falcon", "bloom"];

    // Vocabularies that are written here, so that no clone is without a test of each algorithm.
    public static TheoryData<string> Written => ["sentencepiece", "byte-pairs", "gemma4", "wordpiece", "unigram", "rwkv"];

    [Theory]
    [MemberData(nameof(Written))]
    public void EveryKindOverFewPiecesTakesThem(string name)
    {
        Check(GoldenVocabulary.Find(name).WriteFile(), givesBack: name is not ("wordpiece" or "unigram"));
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void EveryKindTakesThem(string name)
    {
        Check(PathOf(name), givesBack: name is not ("bert-bge" or "unigram"));
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void EveryWayToCutTakesThem(string pre)
    {
        Assert.SkipUnless(Directory.Exists(TestVocabularies.Folder), RepositoryFiles.NoSharedData);
        Check(TestVocabularies.WithPreTokenizer(pre), givesBack: true);
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void CountingAllocatesNothingForAToken(string name)
    {
        Tokenizer tokenizer = Tokenizer.Load(PathOf(name));
        const string Sentence = "It wasn't 42 naïve cats, 你好 😀, that\tran (quickly) home.\n";
        string text = string.Concat(Enumerable.Repeat(Sentence, 1000));
        tokenizer.CountTokens(text).ShouldBeGreaterThan(10_000);
        AllocationMeter.BytesAddedBy(more: () => tokenizer.CountTokens(text), less: () => tokenizer.CountTokens(Sentence)).ShouldBe(0);
    }

    private static string PathOf(string name)
    {
        Assert.SkipUnless(Directory.Exists(TestVocabularies.Folder), RepositoryFiles.NoSharedData);
        return name switch
        {
            "unigram" => TestVocabularies.Unigram(addsSpacePrefix: false, removesExtraSpaces: false),
            "rwkv" => TestVocabularies.Rwkv(),
            _ => Path.Combine(TestVocabularies.Folder, name + ".gguf"),
        };
    }

    private static void Check(string path, bool givesBack)
    {
        Tokenizer tokenizer = Tokenizer.Load(path);
        foreach (string unit in (string[])["a", " ", "\n", "1", "😀", "ab", " x", "ДA", "é", "<|im_start|>"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(text, addSpecialTokens: false);
            tokenizer.CountTokens(text, addSpecialTokens: false).ShouldBe(ids.Count);
            if (givesBack)
            {
                // Shouldly would print both.
                string.Equals(tokenizer.Decode(ids, includeSpecialTokens: true), text, StringComparison.Ordinal).ShouldBeTrue(unit);
            }
        }
    }
}
