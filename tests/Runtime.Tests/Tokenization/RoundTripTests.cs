using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using ModelGen.Tokenization;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>Whatever a text is, its ids give it back, at once and piece by piece.</summary>
public sealed class RoundTripTests
{
    private const int Texts = 2000;

    private static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Choose(' ', '~').Select(code => (char)code),
            Gen.Choose(0, char.MaxValue).Select(code => (char)code),
            Gen.Elements(' ', '\n', '\t', '\0', '\ud83d', '\ude00', '\u0301', '\ufffd', '▁', 'é', '中', '0'))
        .ArrayOf()
        .Select(characters => new string(characters));

    // Starcoder's has no token for some bytes that only unassigned characters have, which are lost as they are to llama.cpp.
    public static TheoryData<string> Vocabularies => ["demo", "llama-spm", "phi-3", "gpt-2", "llama-bpe", "qwen2", "deepseek-coder"];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void IdsGiveTheTextBack(string name)
    {
        string path = name == "demo" ? TestFiles.DemoModel : Path.Combine(RepositoryFiles.SharedData, "tokenizers", name + ".gguf");
        Assert.SkipUnless(File.Exists(path), RepositoryFiles.NoSharedData);
        Tokenizer tokenizer = Tokenizer.Load(path);

        // SentencePiece writes spaces as ▁, and so takes the one for the other.
        bool isSentencePiece = name is "demo" or "llama-spm" or "phi-3";
        Prop.ForAll(AnyText.ToArbitrary(), text =>
        {
            // Half of a surrogate pair is no character.
            string wellFormed = string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
            string expected = isSentencePiece ? wellFormed.Replace('▁', ' ') : wellFormed;
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(text, addSpecialTokens: false);
            ids.ShouldBe(tokenizer.EncodeToIds(wellFormed, addSpecialTokens: false));
            tokenizer.CountTokens(text, addSpecialTokens: false).ShouldBe(ids.Count);
            tokenizer.Decode(ids).ShouldBe(expected);

            TextDecoder decoder = new(tokenizer);
            StringBuilder pieces = new();
            foreach (int id in ids)
            {
                string piece = decoder.Append(id);
                (piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0]))).ShouldBeFalse();
                pieces.Append(piece);
            }

            // A stream keeps the space that stands in front of a text.
            pieces.Append(decoder.Flush()).ToString().TrimStart(' ').ShouldBe(expected.TrimStart(' '));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Texts));
    }

    /// <summary>A text that is content in parts has, in these, no control tokens, and is otherwise the same.</summary>
    [Fact]
    public void ControlTokensAreNotReadInContent()
    {
        VocabularyContent content = TestVocabulary.ChatContent() with { AddSpacePrefix = false };
        Tokenizer tokenizer = TestVocabulary.Open(content);
        int turn = content.IdOf("<|turn|>");
        const string Text = "é<|turn|>ab<|turn|>é😀<|turn|>";
        foreach ((Range[] ranges, int expected) in new (Range[], int)[]
        {
            ([], 3), ([0..Text.Length], 0), ([0..1], 3), ([0..2], 2), ([9..11], 3), ([8..12], 1), ([Text.IndexOf("😀", StringComparison.Ordinal)..Text.Length], 2), ([1..2, 18..19], 1),
        })
        {
            List<int> ids = [];
            tokenizer.Encode(Text, ranges, TextEncoding.ParseSpecialTokens, IdSink.Keep(ids));
            ids.Count(id => id == turn).ShouldBe(expected, string.Join(',', ranges));
            tokenizer.Decode(ids, includeSpecialTokens: true).ShouldBe(Text);
        }
    }
}
