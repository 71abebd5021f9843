using System;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Json;

public sealed class JsonTextAutomatonTests
{
    private static readonly string[] Pieces =
    [
        "a", "z", " ", "/", "\u007f", "é", "\u07ff", "\u0800", "\u6F22", "\uFFFF", "\U00010000", "\U0001F600", "\U0010FFFF", "\n", "\u0001",
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0061", "\\u00E9", "\\u00e9", "\\uD7FF", "\\uE000", "\\uD83D\\uDE00",
        "\\ud83d\\ude00", "\\uDBFF\\uDFFF", "\\uD83D", "\\uDE00", "\\uD83Da", "\\uD83D\\n", "\\x", "\\u12", "\\U0061", "\"",
    ];

    [Fact]
    public void AnyStringIsWhatAReaderOfJsonTakes()
    {
        ByteAutomaton automaton = JsonTextAutomaton.Quoted(CharacterAutomaton.All, JsonTextForm.Any);
        Random random = new(1);
        for (int count = 0; count < 20_000; count++)
        {
            byte[] text = Encoding.UTF8.GetBytes("\"" + string.Concat(
                Enumerable.Range(0, random.Next(4)).Select(_ => Pieces[random.Next(Pieces.Length)])) + "\"");
            if (random.Next(4) == 0)
            {
                text[random.Next(text.Length)] = (byte)random.Next(256);
            }

            Accepts(automaton, text).ShouldBe(TryRead(text) is not null, Encoding.Latin1.GetString(text));
        }
    }

    [Fact]
    public void StringsOfAnAutomatonAreThoseThatSayItsTexts()
    {
        CharacterAutomaton texts = RegularExpressionAutomaton.Containing("^[^aé\U0001F600]*[\u0800-\uFFFFz\"]$");
        ByteAutomaton automaton = JsonTextAutomaton.Quoted(texts, JsonTextForm.Any);
        Random random = new(2);
        for (int count = 0; count < 20_000; count++)
        {
            byte[] text = Encoding.UTF8.GetBytes("\"" + string.Concat(
                Enumerable.Range(0, random.Next(4)).Select(_ => Pieces[random.Next(Pieces.Length)])) + "\"");
            Accepts(automaton, text).ShouldBe(TryRead(text) is string value && texts.Accepts(value), Encoding.UTF8.GetString(text));
        }
    }

    [Fact]
    public void PlainStringsAreWhatWritersOfJsonWrite()
    {
        Random random = new(3);
        JsonSerializerOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        for (int count = 0; count < 2000; count++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => char.ConvertFromUtf32(
                random.Next(3) == 0 ? random.Next(0x20, 0x7F) : random.Next(2) == 0 ? random.Next(0xD800) : random.Next(0xE000, 0x110000))));
            ByteAutomaton automaton = JsonTextAutomaton.Quoted(CharacterAutomaton.Of(text), JsonTextForm.Plain);
            string relaxed = JsonSerializer.Serialize(text, options);
            Accepts(automaton, Encoding.UTF8.GetBytes(relaxed)).ShouldBeTrue(relaxed);
            string escaped = string.Concat(text.Select(character => character is '"' or '\\' ? "\\" + character
                : character is >= ' ' and <= '~' ? character.ToString()
                : $"\\u{(int)character:x4}"));
            Accepts(automaton, Encoding.ASCII.GetBytes($"\"{escaped}\"")).ShouldBeTrue(escaped);
        }
    }

    [Fact]
    public void APlainTextOfAsciiHasOneSpelling()
    {
        ByteAutomaton automaton = JsonTextAutomaton.Quoted(CharacterAutomaton.Of("a/b\"c\\"), JsonTextForm.Plain);
        Accepts(automaton, """
            "a/b\"c\\"
            """u8).ShouldBeTrue();
        for (int state = 0; state < automaton.StateCount; state++)
        {
            int bytes = Enumerable.Range(0, 256).Count(value => automaton.Next(state, (byte)value) != ByteAutomaton.Dead);
            bytes.ShouldBe(automaton.Accepts(state) ? 0 : 1);
        }
    }

    [Fact]
    public void NothingIsSaidByNoString()
    {
        JsonTextAutomaton.Unquoted(CharacterAutomaton.None, JsonTextForm.Any).StateCount.ShouldBe(0);
        Accepts(JsonTextAutomaton.Quoted(CharacterAutomaton.None, JsonTextForm.Any), "\"\""u8).ShouldBeFalse();
    }

    [Theory]
    [InlineData("^a$")]
    [InlineData("^[\\n\"]$")]
    [InlineData("^\\u00e9$")]
    [InlineData("^\\u{1F600}$")]
    [InlineData("^(?:\\ud7ff|\\ue000|\\u{10FFFF})$")]
    [InlineData("^[^]*$")]
    public void EveryStateLeadsToAnEnd(string pattern)
    {
        foreach (JsonTextForm form in new[] { JsonTextForm.Any, JsonTextForm.Plain })
        {
            ByteAutomaton automaton = JsonTextAutomaton.Quoted(RegularExpressionAutomaton.Containing(pattern), form);
            bool[] leads = [.. Enumerable.Range(0, automaton.StateCount).Select(automaton.Accepts)];
            for (int round = 0; round < leads.Length; round++)
            {
                leads = [.. leads.Select((known, state) => known || Enumerable.Range(0, automaton.ClassCount)
                    .Select(byteClass => automaton.NextOfClass(state, byteClass)).Any(next => next != ByteAutomaton.Dead && leads[next]))];
            }

            leads.ShouldAllBe(leadsToAnEnd => leadsToAnEnd);
        }
    }

    private static bool Accepts(ByteAutomaton automaton, ReadOnlySpan<byte> text)
    {
        int state = automaton.StateCount == 0 ? ByteAutomaton.Dead : 0;
        foreach (byte value in text)
        {
            state = state == ByteAutomaton.Dead ? state : automaton.Next(state, value);
        }

        return state != ByteAutomaton.Dead && automaton.Accepts(state);
    }

    private static string? TryRead(byte[] text)
    {
        try
        {
            Utf8JsonReader reader = new(text);
            reader.Read();
            string? value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            bool isAll = text[0] == '"' && reader.BytesConsumed == text.Length;
            return reader.Read() || !isAll ? null : value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
