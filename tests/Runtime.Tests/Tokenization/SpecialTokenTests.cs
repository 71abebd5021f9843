using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

public sealed class SpecialTokenTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    private readonly Tokenizer _tokenizer = TestVocabulary.Open(Chat);

    [Fact]
    public void UserDefinedTokensAreAlwaysSplitOut()
    {
        _tokenizer.EncodeToIds("abc<tool>abc", addSpecialTokens: false).ShouldBe(Chat.IdsOf("▁abc", "<tool>", "▁abc"));
        _tokenizer.EncodeToIds("<tool><tool>", addSpecialTokens: false).ShouldBe(Chat.IdsOf("<tool>", "<tool>"));
    }

    [Fact]
    public void ControlAndUnknownTokensAreSplitOutOnRequest()
    {
        _tokenizer.EncodeToIds("<|turn|>abc<unk>", addSpecialTokens: false, parseSpecialTokens: true)
            .ShouldBe(Chat.IdsOf("<|turn|>", "▁abc", "<unk>"));
        IReadOnlyList<int> plain = _tokenizer.EncodeToIds("<|turn|>abc<unk>", addSpecialTokens: false);
        plain.ShouldNotContain(Chat.IdOf("<|turn|>"));
        plain.ShouldNotContain(Chat.IdOf("<unk>"));
        _tokenizer.Decode(plain).ShouldBe("<|turn|>abc<unk>");
    }

    [Fact]
    public void ATokenThatEndsGenerationIsAControlTokenWhateverTheFileSays()
    {
        VocabularyContent content = TestVocabulary.Content([("▁", 0, 1), ("<|eot_id|>", 0, TestVocabulary.UserDefined)]);
        Tokenizer tokenizer = TestVocabulary.Open(content);
        tokenizer.EncodeToIds("<|eot_id|>", addSpecialTokens: false).ShouldNotContain(content.IdOf("<|eot_id|>"));
        tokenizer.EncodeToIds("<|eot_id|>", addSpecialTokens: false, parseSpecialTokens: true).ShouldBe(content.IdsOf("<|eot_id|>"));
        tokenizer.IsEndOfGeneration(content.IdOf("<|eot_id|>")).ShouldBeTrue();
    }

    [Fact]
    public void FillInTheMiddleMarkersAreControlTokensAndAnotherFileEndsGeneration()
    {
        VocabularyContent content = TestVocabulary.Content([("▁", 0, 1), ("<|fim_prefix|>", 0, 1), ("<|file_sep|>", 0, 1)]);
        Tokenizer tokenizer = TestVocabulary.Open(content);
        tokenizer.Decode(content.IdsOf("<|fim_prefix|>", "<|file_sep|>")).ShouldBe("");
        tokenizer.IsEndOfGeneration(content.IdOf("<|fim_prefix|>")).ShouldBeFalse();
        tokenizer.IsEndOfGeneration(content.IdOf("<|file_sep|>")).ShouldBeTrue();
    }

    [Fact]
    public void TheLongestTokenGoesFirstWhereverItStands()
    {
        VocabularyContent content = TestVocabulary.Content(
            [("▁", 0, 1), ("aa", 0, TestVocabulary.UserDefined), ("aba", 0, TestVocabulary.UserDefined), ("a", 0, 1), ("b", 0, 1)]);
        Tokenizer tokenizer = TestVocabulary.Open(content with { AddSpacePrefix = false });
        tokenizer.EncodeToIds("aaba", addSpecialTokens: false).ShouldBe(content.IdsOf("a", "aba"));
        tokenizer.EncodeToIds("aaaba", addSpecialTokens: false).ShouldBe(content.IdsOf("aa", "aba"));
    }

    [Fact]
    public void Phi3DropsWhiteSpaceBehindItsSpecialTokens()
    {
        VocabularyContent content = Chat with { ModelName = "Phi-3 mini" };
        Tokenizer tokenizer = TestVocabulary.Open(content);
        tokenizer.EncodeToIds("<|turn|> \n\tabc<s> abc<|turn|> ", addSpecialTokens: false, parseSpecialTokens: true)
            .ShouldBe(Chat.IdsOf("<|turn|>", "▁abc", "<s>", "▁", "▁abc", "<|turn|>"));
    }

    [Theory]
    [InlineData("jina-v2-de", "", "<mask>")]
    [InlineData("jina-v2-code", "", "<mask>")]
    [InlineData("", "jina-bert-v3", "<mask>")]
    [InlineData("", "", "[MASK]", "ModernBERT-modern-bert")]
    public void AMaskTakesTheWhiteSpaceInFrontOfIt(string pre, string architecture, string mask, string name = "")
    {
        VocabularyContent content = TestVocabulary.Content(
            [("▁", 0, 1), ("a", 0, 1), ("▁a", 0, 1), (mask, 0, TestVocabulary.UserDefined)]) with
        {
            Pre = pre,
            Architecture = architecture,
            ModelName = name,
            AddSpacePrefix = false,
        };
        TestVocabulary.Open(content).EncodeToIds($"a \n{mask} a", addSpecialTokens: false).ShouldBe(content.IdsOf("a", mask, "▁a"));
    }

    [Fact]
    public void HarmonysMarkersAreSeenAndItsEndOfAMessageEndsNothing()
    {
        VocabularyContent content = TestVocabulary.Content(
        [
            ("▁", 0, 1), ("<|return|>", 0, TestVocabulary.Control), ("<|call|>", 0, TestVocabulary.Control), ("<|end|>", 0, TestVocabulary.Control),
            ("<|channel|>", 0, TestVocabulary.Control),
        ]);
        Tokenizer tokenizer = TestVocabulary.Open(content);
        tokenizer.IsEndOfGeneration(content.IdOf("<|return|>")).ShouldBeTrue();
        tokenizer.IsEndOfGeneration(content.IdOf("<|call|>")).ShouldBeTrue();
        tokenizer.Decode(content.IdsOf("<|channel|>", "<|end|>", "<|return|>")).ShouldBe("<|channel|><|end|>");
    }

    [Fact]
    public void WhereAToolResponseEndsGenerationTheEndOfASequenceIsText()
    {
        VocabularyContent content = TestVocabulary.Content([("▁", 0, 1), ("<|tool_response>", 0, TestVocabulary.Control)]) with { EndOfSequenceId = null };
        Tokenizer tokenizer = TestVocabulary.Open(content);
        tokenizer.IsEndOfGeneration(content.IdOf("<|tool_response>")).ShouldBeTrue();
        tokenizer.IsEndOfGeneration(content.IdOf("</s>")).ShouldBeFalse();
        tokenizer.Decode(content.IdsOf("</s>")).ShouldBe("</s>");
    }

    // The rule as it reads: one token after the other, the longest first, each splits every text that is left at its first occurrence.
    [Fact]
    public void SplitsAsOneTokenAfterTheOtherWould()
    {
        Gen<string> text = Gen.Elements("a", "b", "é", " ").ArrayOf(12).Select(parts => string.Concat(parts));
        Gen<string[]> specials = Gen.Elements("a", "b", "é", " ").ArrayOf().Select(parts => string.Concat(parts.Take(4)))
            .Where(special => special.Length > 0).ArrayOf(5).Select(list => list.Distinct().ToArray());
        Prop.ForAll(text.Zip(specials).ToArbitrary(), input =>
        {
            (string sample, string[] special) = input;
            VocabularyContent content = TestVocabulary.Content(special.Select(token => (token, 0f, TestVocabulary.UserDefined)));
            IEnumerable<int> ids = TestVocabulary.Open(content with { AddSpacePrefix = false })
                .EncodeToIds(sample, addSpecialTokens: false);
            ids.ShouldBe(SplitOneByOne(content, special, sample));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static List<int> SplitOneByOne(VocabularyContent content, string[] specials, string text)
    {
        List<(string? Text, int Id)> parts = [(text, 0)];
        foreach (string special in specials.OrderByDescending(Encoding.UTF8.GetByteCount).ThenBy(content.IdOf))
        {
            List<(string? Text, int Id)> next = [];
            foreach ((string? part, int id) in parts)
            {
                string? rest = part;
                while (rest is not null && rest.IndexOf(special, System.StringComparison.Ordinal) is >= 0 and int at)
                {
                    next.Add((rest[..at], 0));
                    next.Add((null, content.IdOf(special)));
                    rest = rest[(at + special.Length)..];
                }

                next.Add((rest, id));
            }

            parts = next;
        }

        // What is left is written in bytes, or where the single characters are special tokens they are gone by now.
        List<int> ids = [];
        foreach ((string? part, int id) in parts)
        {
            ids.AddRange(part is null
                ? [id]
                : Encoding.UTF8.GetBytes(part.Replace(" ", "▁")).Select(value => TestVocabulary.FirstByteId + value));
        }

        return ids;
    }
}
