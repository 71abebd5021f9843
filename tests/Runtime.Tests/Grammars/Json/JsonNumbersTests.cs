using System;
using System.Globalization;
using System.Linq;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Json;

public sealed class JsonNumbersTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("10")]
    [InlineData("0.5")]
    [InlineData("-12.25")]
    [InlineData("99.9")]
    [InlineData("1e2")]
    [InlineData("1.5e-2")]
    [InlineData("-100")]
    public void SetsAreThoseOfExactArithmetic(string text)
    {
        DecimalNumber bound = DecimalNumber.Parse(text);
        decimal exact = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        CharacterAutomaton atLeast = JsonNumbers.AtLeast(bound);
        CharacterAutomaton above = JsonNumbers.Above(bound);
        CharacterAutomaton atMost = JsonNumbers.AtMost(bound);
        CharacterAutomaton below = JsonNumbers.Below(bound);
        CharacterAutomaton equal = JsonNumbers.EqualTo(bound);
        CharacterAutomaton? multiples = exact > 0 ? JsonNumbers.MultiplesOf(bound) : null;
        Random random = new(text.Length);
        for (int count = 0; count < 3000; count++)
        {
            string number = random.Next(4) == 0 ? bound + (bound.IsInteger ? ".00" : "0") : RandomNumber(random);
            decimal value = decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
            atLeast.Accepts(number).ShouldBe(value >= exact, number);
            above.Accepts(number).ShouldBe(value > exact, number);
            atMost.Accepts(number).ShouldBe(value <= exact, number);
            below.Accepts(number).ShouldBe(value < exact, number);
            equal.Accepts(number).ShouldBe(value == exact, number);
            multiples?.Accepts(number).ShouldBe(value % exact == 0, number);
            JsonNumbers.Integers.Accepts(number).ShouldBe(value % 1 == 0, number);
            JsonNumbers.All.Accepts(number).ShouldBeTrue(number);
        }

        (JsonNumbers.All - atLeast).ShouldBe(below);
        (atLeast & atMost).ShouldBe(equal);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1 ")]
    public void TextsThatAreNoNumbersAreInNoSet(string text)
    {
        JsonNumbers.All.Accepts(text).ShouldBeFalse();
        JsonNumbers.AllWithExponents.Accepts(text).ShouldBeFalse();
        JsonNumbers.AtLeast(DecimalNumber.Parse("-5")).Accepts(text).ShouldBeFalse();
    }

    [Theory]
    [InlineData("0.00", "0")]
    [InlineData("-0e5", "0")]
    [InlineData("12.50", "12.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1.25e1", "12.5")]
    [InlineData("-1.25E-3", "-0.00125")]
    [InlineData("100e-2", "1")]
    [InlineData("0.001e2", "0.1")]
    public void NumbersAreReadExactly(string text, string exact) => DecimalNumber.Parse(text).ToString().ShouldBe(exact);

    [Theory]
    [InlineData("1e1001")]
    [InlineData("1e-1001")]
    [InlineData("1e99999999999")]
    public void NumbersOfTooManyDigitsAreRefused(string text) => Should.Throw<GrammarException>(() => DecimalNumber.Parse(text));

    [Fact]
    public void MultiplesOfManyDigitsAreRefused() =>
        Should.Throw<GrammarException>(() => JsonNumbers.MultiplesOf(DecimalNumber.Parse("0.123456789"))).Message.ShouldContain("0.123456789");

    [Fact]
    public void ExponentsAreForAllNumbersAndAllIntegers()
    {
        JsonNumbers.WithExponents(JsonNumbers.All).ShouldBe(JsonNumbers.AllWithExponents);
        JsonNumbers.WithExponents(JsonNumbers.Integers).ShouldBe(JsonNumbers.IntegersWithExponents);
        JsonNumbers.WithExponents(JsonNumbers.MultiplesOf(DecimalNumber.Parse("0.5"))).Accepts("3e5").ShouldBeTrue();
        JsonNumbers.WithExponents(JsonNumbers.AtLeast(DecimalNumber.Parse("0"))).Accepts("3e5").ShouldBeFalse();
    }

    private static string RandomNumber(Random random)
    {
        int size = (int)Math.Pow(10, random.Next(1, 5));
        string integer = random.Next(4) == 0 ? "0" : random.Next(1, size).ToString(CultureInfo.InvariantCulture);
        string fraction = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "0590"[random.Next(4)]));
        return (random.Next(2) == 0 ? "-" : "") + integer + (random.Next(2) == 0 ? "" : "." + fraction);
    }
}
