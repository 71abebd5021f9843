using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using ModelGen.Grammars.Characters;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Characters;

public sealed class RegularExpressionTests
{
    private const string Alphabet = "abzA1_ -\u00e9\n";

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("^a")]
    [InlineData("a$")]
    [InlineData("^a$")]
    [InlineData("^$")]
    [InlineData("$^")]
    [InlineData("(^a|b$)")]
    [InlineData("(a|^)b")]
    [InlineData("a^b")]
    [InlineData("^(a|b)*$")]
    [InlineData("^[^a]+$")]
    [InlineData("^[a-zA]{1,3}$")]
    [InlineData("[^-a]b")]
    [InlineData("[a\\-1]b")]
    [InlineData("a{2,3}")]
    [InlineData("^a{2}$")]
    [InlineData("^a{2,}$")]
    [InlineData("^a{0}b$")]
    [InlineData("^(ab?)+$")]
    [InlineData("^(a*)*b$")]
    [InlineData("a*?b+?")]
    [InlineData("^(?:a|[b-z]){1,4}$")]
    [InlineData("^(?<name>a)b")]
    [InlineData("^.$")]
    [InlineData("\\d\\D")]
    [InlineData("^\\w+\\s\\w+$")]
    [InlineData("\\W\\S")]
    [InlineData("\\ba")]
    [InlineData("a\\b")]
    [InlineData("\\Ba\\B")]
    [InlineData("^\\B")]
    [InlineData("\\b")]
    [InlineData("\\x61\\u0062")]
    [InlineData("a\\nb")]
    [InlineData("\\_\\-")]
    [InlineData("a{,2}")]
    [InlineData("^a|^b")]
    public void PatternsMatchWhatTheFrameworkMatches(string pattern)
    {
        CharacterAutomaton automaton = RegularExpressionAutomaton.Containing(pattern);

        // Its own words of ECMA 262, but for the end: there it is the end of the text.
        Regex regex = new(pattern.Replace("$", "(?!.|\\n)"), RegexOptions.ECMAScript);
        Random random = new(pattern.GetHashCode(StringComparison.Ordinal) & 1);
        for (int count = 0; count < 3000; count++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            automaton.Accepts(text).ShouldBe(regex.IsMatch(text), $"'{pattern}' and '{text}'");
        }
    }

    [Fact]
    public void CharactersAreCodePoints()
    {
        RegularExpressionAutomaton.Containing("^.$").Accepts("\U0001F600").ShouldBeTrue();
        RegularExpressionAutomaton.Containing("^[\U0001F600-\U0001F64F]$").Accepts("\U0001F610").ShouldBeTrue();
        RegularExpressionAutomaton.Containing("^\\u{1F600}\\uD83D\\uDE00$").Accepts("\U0001F600\U0001F600").ShouldBeTrue();
        RegularExpressionAutomaton.Containing("^[^a]$").Accepts("\uD83D").ShouldBeFalse();
    }

    [Theory]
    [InlineData("\\p{Letter}", "aé\u6F22\U0001D400", "1 _\u0301")]
    [InlineData("\\p{Lu}", "AÉ", "aé1")]
    [InlineData("\\P{L}", "1 _", "aé")]
    [InlineData("\\p{gc=Nd}", "1\u0664", "a\u2160")]
    [InlineData("\\p{ASCII}", "a~", "é")]
    public void CategoriesAreThoseOfUnicode(string pattern, string fit, string doNot)
    {
        CharacterAutomaton automaton = RegularExpressionAutomaton.Containing("^" + pattern + "$");
        fit.EnumerateRunes().ShouldAllBe(rune => automaton.Accepts(rune.ToString()));
        doNot.EnumerateRunes().ShouldAllBe(rune => !automaton.Accepts(rune.ToString()));
    }

    [Theory]
    [InlineData("(a", "a group is not closed")]
    [InlineData("a)", "its ')' closes no group")]
    [InlineData("[a", "a bracket is not closed")]
    [InlineData("[b-a]", "a range in brackets ends before it begins")]
    [InlineData("[\\d-z]", "a range in brackets goes from one character to another")]
    [InlineData("a**", "there is nothing before '*'")]
    [InlineData("^*", "what asks for a place cannot be repeated")]
    [InlineData("a{2,1}", "a quantifier's most is less than its fewest")]
    [InlineData("a{99999999999}", "a quantifier's number is too large")]
    [InlineData("(?=a)", "it looks ahead with '(?='")]
    [InlineData("(?<!a)", "it looks back with '(?<!'")]
    [InlineData("(?i)a", "no such kind of group")]
    [InlineData("(a)\\1", "'\\1' refers back to a group")]
    [InlineData("\\k<a>", "'\\k' refers back to a group")]
    [InlineData("a\\Z", "ECMA 262 has no '\\Z'")]
    [InlineData("\\p{Script=Greek}", "is not a general category of Unicode")]
    [InlineData("\\x1", "hexadecimal digits")]
    [InlineData("\\u{110000}", "hexadecimal digits")]
    [InlineData("a\\", "nothing stands behind its last '\\'")]
    [InlineData("(a{1000}){1000}", "takes an automaton of more than")]
    [InlineData("(a|b)*a(a|b){20}", "takes an automaton of more than")]
    public void WhatIsRefusedIsNamed(string pattern, string what) =>
        Should.Throw<GrammarException>(() => RegularExpressionAutomaton.Containing(pattern)).Message.ShouldContain(what);

    [Fact]
    public void GroupsMayNotLieTooDeepInEachOther() => Should.Throw<GrammarException>(
        () => RegularExpressionAutomaton.Containing(new StringBuilder().Insert(0, "(", 100_000).ToString())).Message.ShouldContain("deep");
}
