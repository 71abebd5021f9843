using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tokenization;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

public sealed class TextDecoderTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    private static readonly Tokenizer ChatTokenizer = TestVocabulary.Open(Chat);

    private readonly TextDecoder _decoder = new(ChatTokenizer);

    [Fact]
    public void HoldsACharacterUntilItIsWhole()
    {
        string[] texts = [.. Chat.IdsOf("▁a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "b").Select(_decoder.Append)];
        texts.ShouldBe([" a", "", "", "", "😀", "b"]);
        _decoder.Flush().ShouldBe("");
    }

    [Fact]
    public void ACharacterThatBreaksOffBecomesTheReplacementCharacter()
    {
        string[] texts = [.. Chat.IdsOf("<0xE2>", "<0x96>", "a", "<0xFF>", "<0xC3>").Select(_decoder.Append)];
        texts.ShouldBe(["", "", "\uFFFDa", "\uFFFD", ""]);
        _decoder.Flush().ShouldBe("\uFFFD");
        _decoder.Flush().ShouldBe("");
    }

    [Fact]
    public void PiecesOfAnyBytesAreTogetherTheTextOfAllBytes()
    {
        // Bytes that start, continue and break sequences of every length are all likely.
        Gen<byte> value = Gen.Elements<byte>(0x41, 0x80, 0xBF, 0x9F, 0xC3, 0xC0, 0xE2, 0xE0, 0xED, 0xA0, 0xF0, 0x90, 0xF4, 0xF5, 0xFF);
        Prop.ForAll(value.ArrayOf().ToArbitrary(), bytes =>
        {
            TextDecoder decoder = new(ChatTokenizer);
            string[] pieces = [.. bytes.Select(item => decoder.Append(TestVocabulary.FirstByteId + item)), decoder.Flush()];
            string.Concat(pieces).ShouldBe(Encoding.UTF8.GetString(bytes));
            pieces.ShouldAllBe(piece => piece.Length == 0
                || (!char.IsLowSurrogate(piece[0]) && !char.IsHighSurrogate(piece[piece.Length - 1])));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
