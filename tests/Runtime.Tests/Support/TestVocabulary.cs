using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Vocabularies;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>
/// Makes small vocabularies: &lt;unk&gt; 0, &lt;s&gt; 1, &lt;/s&gt; 2, if wanted the 256 byte tokens from 3 on, then the given tokens.
/// </summary>
internal static class TestVocabulary
{
    public const int Normal = 1;
    public const int Unknown = 2;
    public const int Control = 3;
    public const int UserDefined = 4;
    public const int Unused = 5;
    public const int ByteType = 6;

    public const int FirstByteId = 3;

    /// <summary>Letters and a few words; earlier tokens merge first.</summary>
    public static readonly string[] Words =
    [
        "▁", "a", "b", "c", "d", "e", "l", "o", "ab", "abc", "▁a", "▁ab", "▁abc", "he", "h", "hel", "lo", "hello", "▁hello", "é",
    ];

    public static VocabularyContent Content(IEnumerable<(string Text, float Score, int Type)> tokens, bool byteTokens = true)
    {
        List<(string Text, float Score, int Type)> all = [("<unk>", 0, Unknown), ("<s>", 0, Control), ("</s>", 0, Control)];
        if (byteTokens)
        {
            all.AddRange(Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, ByteType)));
        }

        all.AddRange(tokens);
        return new VocabularyContent
        {
            Model = "llama",
            Tokens = [.. all.Select(token => Encoding.UTF8.GetBytes(token.Text))],
            Scores = [.. all.Select(token => token.Score)],
            Types = [.. all.Select(token => token.Type)],
            UnknownId = 0,
            BeginningOfSequenceId = 1,
            EndOfSequenceId = 2,
            AddBeginningOfSequence = true,
            AddSpacePrefix = true,
        };
    }

    public static VocabularyContent Content(IEnumerable<string> texts, bool byteTokens = true) =>
        Content(texts.Select((text, index) => (text, -(float)index, Normal)), byteTokens);

    /// <summary><see cref="Words"/>, then a control token, a user-defined one and an end of turn.</summary>
    public static VocabularyContent ChatContent() =>
        Content(Words.Select((text, index) => (text, -(float)index, Normal))
            .Concat([("<|turn|>", 0, Control), ("<tool>", 0, UserDefined), ("<|im_end|>", 0, Control), ("unused", 0, Unused)]));

    public static Tokenizer Open(VocabularyContent content) => Tokenizer.Create(VocabularyWriter.Write(content));

    public static Tokenizer OpenChat() => Open(ChatContent());

    /// <summary>The id of a token by its text.</summary>
    public static int IdOf(this VocabularyContent content, string text) =>
        Array.FindIndex(content.Tokens, token => Encoding.UTF8.GetString(token) == text) is >= 0 and int id
            ? id
            : throw new ArgumentException($"no token '{text}'");

    public static int[] IdsOf(this VocabularyContent content, params string[] texts) => [.. texts.Select(content.IdOf)];
}
