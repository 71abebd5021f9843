using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelGen.CompilerServices;
using ModelGen.Tests.Shared;
using ModelGen.Tokenization.WordPieces;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>The words of BERT's rules, against what another program made of the same text (Golden/README.md).</summary>
public sealed class BertWordsTests
{
    private const int BlockLength = 0x1000;
    private const int HashDigits = 16;
    private const char Mark = '▁';

    private static readonly JsonElement Answers = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(RepositoryFiles.Root, "tests", "Runtime.Tests", "Tokenization", "Golden", "bert-words.json"))).RootElement;

    public static TheoryData<string> Modes => ["uncased", "lower", "accentless", "cased"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void EveryCodePointIsWrittenAsBertWritesIt(string mode)
    {
        string[] expected = [.. Answers.GetProperty("blocks").GetProperty(mode).EnumerateArray().Select(hash => hash.GetString()!)];
        expected.Length.ShouldBe(0x110000 / BlockLength);
        for (int block = 0; block < expected.Length; block++)
        {
            StringBuilder lines = new();
            foreach (int codePoint in Enumerable.Range(block * BlockLength, BlockLength).Where(Rune.IsValid))
            {
                lines.Append(Words(PreTokenizer.Bert, $"a{new Rune(codePoint)}B", FlagsOf(mode))).Append('\n');
            }

            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())))[..HashDigits]
                .ShouldBe(expected[block], $"U+{block * BlockLength:X4} to U+{(block + 1) * BlockLength - 1:X4}");
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void TextsOfManyScripts(string mode)
    {
        foreach (JsonElement text in Answers.GetProperty("texts").EnumerateArray())
        {
            Words(PreTokenizer.Bert, text.GetProperty("text").GetString()!, FlagsOf(mode)).ShouldBe(text.GetProperty(mode).GetString());
        }
    }

    /// <summary>A file that does not say how text is written, but has pieces that such text could never give.</summary>
    [Fact]
    public void ACasedVocabularyKeepsCapitalsAndAccents() =>
        Words(PreTokenizer.Bert, "Ünder $5", FlagsOf("uncased") | VocabularyFlags.Cased).ShouldBe("Ünder $ 5");

    /// <summary>The other rules are llama.cpp's, which its own answers prove elsewhere.</summary>
    [Theory]
    [InlineData("\uc11c\uc6b8", "\u1109\u1165\u110b\u116e\u11af", "\u1109\u110b")]
    [InlineData("\u0915\u093f\u0924\u093e\u092c", "\u0915\u093f\u0924\u093e\u092c", "\u0915\u0924\u092c")]
    [InlineData("a\vb\u0085c", "abc", "a b c")]
    [InlineData("\U0002B820a", "\U0002B820 a", "\U0002B820a")]
    [InlineData("caf\u00e9 CAFE\u0301", "cafe cafe", "cafe cafe")]
    public void WhereLlamaCppDiffers(string text, string bert, string llamaCpp)
    {
        Words(PreTokenizer.Bert, text, FlagsOf("uncased")).ShouldBe(bert);
        Words(PreTokenizer.LlamaCppBert, text, FlagsOf("uncased")).ShouldBe(llamaCpp);
    }

    private static VocabularyFlags FlagsOf(string mode) => mode switch
    {
        "uncased" => VocabularyFlags.Lowercase | VocabularyFlags.StripAccents,
        "lower" => VocabularyFlags.Lowercase,
        "accentless" => VocabularyFlags.StripAccents,
        _ => VocabularyFlags.None,
    };

    // With spaces between; without the marks before them.
    private static string Words(PreTokenizer preTokenizer, string text, VocabularyFlags flags)
    {
        MarkedWords words = new(text.Length);
        try
        {
            ((WordPiecePreTokenizer)preTokenizer).Split(Encoding.UTF8.GetBytes(text), flags, ref words);
            string[] marked = Encoding.UTF8.GetString(words.Written).Split((char)MarkedWords.End, StringSplitOptions.RemoveEmptyEntries);
            Array.TrueForAll(marked, word => word.Length > 1 && word[0] == Mark).ShouldBeTrue(text);
            return string.Join(' ', marked.Select(word => word[1..]));
        }
        finally
        {
            words.Dispose();
        }
    }
}
