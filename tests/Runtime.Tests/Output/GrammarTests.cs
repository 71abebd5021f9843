using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;
using ModelGen.Output;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>
/// The grammars of types: what a random walk through one writes, its type's reader can read; and what System.Text.Json writes of the type's values
/// is one of its texts.
/// </summary>
public sealed class GrammarTests
{
    // Of each type: some 10,000 in all.
    private const int Count = 1_500;

    // Where a walk is to end: what is nearer to the end first, what leads further in or on last.
    private static readonly byte[] ByNearness =
        [.. "}]\"n,:"u8, .. Enumerable.Range(0, 256).Select(value => (byte)value).Except("}]\"n,:[{ \t\r\n"u8.ToArray()), .. "[{ \t\r\n"u8];

    [Fact]
    public void Recipes() => Check(values => values.Recipe());

    [Fact]
    public void Scalars() => Check(values => values.Scalars());

    [Fact]
    public void Collections() => Check(values => values.Collections());

    [Fact]
    public void Limits() => Check(values => values.Limits());

    [Fact]
    public void Shapes() => Check(values => values.Shape());

    [Fact]
    public void Trees() => Check(values => values.Tree());

    [Fact]
    public void EveryWayOfMakingAValue() => Check(values => values.Making());

    [Theory]
    [InlineData("""{"Title":"a","Minutes":600,"Level":"Easy","Steps":[]}""", true)]
    [InlineData("""{ "Title" : "" , "Minutes":1,"Level":"very hard","Steps":[{"Text":"x"},{"Text":"y","Duration":"1.02:03:04.5"}]}""", true)]
    [InlineData("""{"Minutes":600,"Title":"a","Level":"Easy","Steps":[]}""", false)]
    [InlineData("""{"Title":"a","Minutes":601,"Level":"Easy","Steps":[]}""", false)]
    [InlineData("""{"Title":"a","Minutes":0,"Level":"Easy","Steps":[]}""", false)]
    [InlineData("""{"Title":null,"Minutes":1,"Level":"Easy","Steps":[]}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":"VeryHard","Steps":[]}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":0,"Steps":[]}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":"Easy","Steps":null}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":"Easy"}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":"Easy","Steps":[],"More":1}""", false)]
    [InlineData("""{"Title":"a","Minutes":1,"Level":"Easy","Steps":[]} """, false)]
    public void TextsOfRecipes(string text, bool isAccepted) => IsAccepted(StatesOf<Recipe>(), Encoding.UTF8.GetBytes(text)).ShouldBe(isAccepted, text);

    [Theory]
    [InlineData("Double", "1.7976931348623157E+308", true)]
    [InlineData("Double", "-5E-324", true)]
    [InlineData("Double", "1.7976931348623159E+308", false)]
    [InlineData("Double", "1e309", false)]
    [InlineData("Double", "01", false)]
    [InlineData("Double", "NaN", false)]
    [InlineData("Single", "3.4028235E+38", true)]
    [InlineData("Single", "3.4028236E+38", false)]
    [InlineData("Single", "1E+39", false)]
    [InlineData("Half", "65500", true)]
    [InlineData("Half", "65504.5", false)]
    [InlineData("Half", "6E-08", true)]
    [InlineData("Decimal", "-79228162514264337593543950335", true)]
    [InlineData("Decimal", "79228162514264337593543950336", false)]
    [InlineData("SByte", "-128", true)]
    [InlineData("SByte", "-129", false)]
    [InlineData("UInt64", "18446744073709551615", true)]
    [InlineData("UInt64", "18446744073709551616", false)]
    [InlineData("UInt64", "-0", false)]
    [InlineData("UInt128", "340282366920938463463374607431768211455", true)]
    [InlineData("UInt128", "340282366920938463463374607431768211456", false)]
    [InlineData("Int32", "1.0", false)]
    [InlineData("Int32", "1e2", false)]
    [InlineData("DateOnly", "\"2024-02-29\"", true)]
    [InlineData("DateOnly", "\"2023-02-29\"", false)]
    [InlineData("DateOnly", "\"1900-02-29\"", false)]
    [InlineData("DateOnly", "\"2000-02-29\"", true)]
    [InlineData("DateOnly", "\"2024-04-31\"", false)]
    [InlineData("DateOnly", "\"0000-01-01\"", false)]
    [InlineData("DateTime", "\"9999-12-31T23:59:59.9999999\"", true)]
    [InlineData("DateTime", "\"2024-02-29T24:00:00\"", false)]
    [InlineData("DateTimeOffset", "\"0001-01-01T00:00:00+14:00\"", false)]
    [InlineData("DateTimeOffset", "\"2024-01-01T00:00:00\"", false)]
    [InlineData("TimeSpan", "\"10675198.23:59:59.9999999\"", true)]
    [InlineData("TimeSpan", "\"10675199.00:00:00\"", false)]
    [InlineData("Character", "\"\\u20aC\"", true)]
    [InlineData("Character", "\"\ud83d\ude00\"", false)]
    [InlineData("Character", "\"\"", false)]
    [InlineData("Uri", "\"https://example.com/a?b=c\"", true)]
    [InlineData("Uri", "\"http://\"", false)]
    [InlineData("Guid", "\"00000000-0000-0000-0000-00000000000\"", false)]
    public void TextsOfScalars(string property, string value, bool isAccepted)
    {
        string json = JsonSerializer.Serialize(new RandomValues(1).Scalars(), ReadTests.Options);
        string old = JsonDocument.Parse(json).RootElement.GetProperty(property).GetRawText();
        string text = json.Replace($"\"{property}\":{old}", $"\"{property}\":{value}", StringComparison.Ordinal);
        IsAccepted(StatesOf<Scalars>(), Encoding.UTF8.GetBytes(text)).ShouldBe(isAccepted);
        if (isAccepted)
        {
            OutputText.Read<Scalars>(Encoding.UTF8.GetBytes(text)).ShouldNotBeNull();
        }
    }

    private static void Check<T>(Func<RandomValues, T> next)
        where T : IGeneratedOutput<T>
    {
        GrammarStates states = StatesOf<T>();
        Random random = new(1);
        for (int i = 0; i < Count; i++)
        {
            byte[] text = Walk(states, random);
            IsAccepted(states, text).ShouldBeTrue();
            ShouldBeAccepted(states, OutputText.Read<T>(text));
        }

        RandomValues values = new(seed: 2);
        for (int i = 0; i < Count; i++)
        {
            ShouldBeAccepted(states, next(values));
        }
    }

    private static GrammarStates StatesOf<T>()
        where T : IGeneratedOutput<T> => new(GrammarTables.Read(T.GrammarTables.ToArray()));

    private static bool IsAccepted(GrammarStates states, byte[] text)
    {
        GrammarMatcher matcher = new(states);
        return matcher.TryAdvance(text) && matcher.IsAccepting;
    }

    private static void ShouldBeAccepted<T>(GrammarStates states, T value)
        where T : IGeneratedOutput<T>
    {
        byte[] written = JsonSerializer.SerializeToUtf8Bytes(value, ReadTests.Options);
        if (!IsAccepted(states, written))
        {
            int length = Enumerable.Range(0, written.Length).Last(count => new GrammarMatcher(states).TryAdvance(written.AsSpan(0, count)));
            throw new ShouldAssertException($"Not accepted: {Encoding.UTF8.GetString(written, 0, length)} <- here -> {Encoding.UTF8.GetString(written, length, written.Length - length)}");
        }

        _ = OutputText.Read<T>(written);
    }

    /// <summary>A text that is written byte by byte, each by chance one of those that may follow.</summary>
    private static byte[] Walk(GrammarStates states, Random random)
    {
        List<byte> text = [];
        GrammarMatcher matcher = new(states);
        int length = random.Next(400);
        while (!matcher.IsAccepting || !matcher.Bytes.IsEmpty)
        {
            byte value = text.Count < length ? Any(matcher.Bytes, random) : Nearest(matcher.Bytes);
            matcher.TryAdvance([value]).ShouldBeTrue();
            text.Add(value);
        }

        return [.. text];
    }

    // Texts end sooner than when each byte is as likely as the others, and white space is rare.
    private static byte Any(ByteSet bytes, Random random)
    {
        if (bytes.Contains((byte)'"') && random.Next(5) == 0)
        {
            return (byte)'"';
        }

        for (int attempt = 0; attempt < 100; attempt++)
        {
            byte value = (byte)random.Next(256);
            if (bytes.Contains(value) && (value > ' ' || random.Next(20) == 0))
            {
                return value;
            }
        }

        return Nearest(bytes);
    }

    private static byte Nearest(ByteSet bytes)
    {
        // Within a text a bracket ends nothing.
        if (bytes.Contains((byte)'}') && bytes.Contains((byte)'A'))
        {
            return bytes.Contains((byte)'"') ? (byte)'"' : (byte)'A';
        }

        foreach (byte value in ByNearness)
        {
            if (bytes.Contains(value))
            {
                return value;
            }
        }

        throw new InvalidOperationException("No byte may follow, and the text has not ended.");
    }
}
