using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Which tokens banned texts rule out, against what they are defined as.</summary>
public sealed class BannedTextsTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    private static readonly string[] Texts = ["hello", "a", "ab", "ba", "lo h", " ", "é", "bab", "a a", "oo", "helo", "\n", "abcabc", "eé"];

    [Fact]
    public void ATokenIsRuledOutExactlyWhereItWouldCompleteAText()
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat);
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            string[] banned = random.GetItems(Texts, random.Next(1, 4));
            BannedTextsStep step = new(banned, tokenizer, Chat.Tokens.Length);
            List<int> text = [.. Chat.IdsOf("hel", "lo", "a")];
            int promptLength = text.Count;
            for (int i = 0; i < 12; i++)
            {
                float[] logits = new float[Chat.Tokens.Length];
                step.Apply([.. text], promptLength, logits);
                int[] answer = [.. text.Skip(promptLength)];
                int[] open = [.. Enumerable.Range(0, logits.Length).Where(id => !HasBanned(tokenizer, [.. answer, id], banned))];
                Enumerable.Range(0, logits.Length).Where(id => logits[id] == 0)
                    .ShouldBe(open, $"{string.Join('|', banned)}: {string.Join(' ', answer)}");

                // Words rather than bytes, as a rule.
                text.Add(random.GetItems([.. open.Where(id => id > 258 || random.Next(60) == 0)], 1)[0]);
            }
        }
    }

    [Fact]
    public void ABeginningBehindWhichNothingMayFollowIsRuledOut()
    {
        // A vocabulary of three letters, in which "ab" can only go on with what is banned.
        VocabularyContent content = TestVocabulary.Content(["a", "b", "c", "ab", "cab", "aba"], byteTokens: false);
        Tokenizer tokenizer = TestVocabulary.Open(content);
        Open(["aba", "abb", "abc"]).ShouldBe(["a", "b", "c"]);
        Open(["aba", "abb"]).ShouldBe(["a", "b", "c", "ab", "cab"]);

        // Behind "a" only "ab" could follow but for the banned texts, and behind that nothing: no "a" either.
        Open(["aba", "abb", "abc", "aa", "ac"]).ShouldBe(["b", "c"]);

        // Where nothing can be done about it, it is only the text itself that is ruled out.
        Open(["aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"]).ShouldBe(["a", "b", "c"]);

        string[] Open(string[] banned)
        {
            float[] logits = new float[content.Tokens.Length];
            new BannedTextsStep(banned, tokenizer, logits.Length).Apply([], 0, logits);

            // The first three are control tokens.
            logits[..3].ShouldBe([0, 0, 0]);
            return [.. Enumerable.Range(3, logits.Length - 3).Where(id => logits[id] == 0)
                .Select(id => Encoding.UTF8.GetString(content.Tokens[id]))];
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1.5f)]
    public void NoAnswerHasABannedText(float temperature)
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat);
        int[] words = Chat.IdsOf("a", "b", "c", "▁ab", "hel", "lo", "<0xC3>", "<0xA9>", "é", "▁");
        foreach (string[] banned in new string[][] { ["hello"], ["a"], ["é", "ab"], [" ab", "bc", "lolo"] })
        {
            Random random = new(2);
            FakeSequence sequence = new(400, Chat.Tokens.Length, (_, logits) =>
            {
                logits.Fill(float.NegativeInfinity);
                foreach (int id in words)
                {
                    logits[id] = random.NextSingle() * 3;
                }
            });
            using Session session = new(sequence, tokenizer);
            GenerationOptions options = new() { Temperature = temperature, Seed = 4, MaxTokens = 300, BannedTexts = banned };
            string text = string.Concat(session.Generate("hello a ab é", options));
            text.Length.ShouldBeGreaterThan(200);
            banned.ShouldAllBe(other => !text.Contains(other));
        }
    }

    private static bool HasBanned(Tokenizer tokenizer, int[] answer, string[] banned)
    {
        ArrayBufferWriter<byte> bytes = new();
        foreach (int id in answer)
        {
            tokenizer.WriteBytes(id, includeSpecialTokens: false, bytes);
        }

        string text = Encoding.Latin1.GetString(bytes.WrittenSpan);
        return banned.Any(other => text.Contains(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(other))));
    }
}
