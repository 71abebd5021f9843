using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Characters;

public sealed class CharacterAutomatonTests
{
    // All texts of up to three characters.
    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 4).SelectMany(length => Enumerable.Range(0, length).Aggregate(
            (IEnumerable<string>)[""], (texts, _) => texts.SelectMany(text => new[] { text + "a", text + "b", text + "\U0001F600" })))];

    [Fact]
    public void OperationsAreThoseOfSets()
    {
        Random random = new(1);
        for (int count = 0; count < 200; count++)
        {
            string[] first = [.. Texts.Where(_ => random.Next(4) == 0)];
            string[] second = [.. Texts.Where(_ => random.Next(4) == 0)];
            CharacterAutomaton left = CharacterAutomaton.Of(first);
            CharacterAutomaton right = CharacterAutomaton.Of(second);
            TextsOf(left).ShouldBe(first);
            TextsOf(left | right).ShouldBe(Texts.Where(text => first.Contains(text) || second.Contains(text)));
            TextsOf(left & right).ShouldBe(first.Intersect(second));
            TextsOf(left - right).ShouldBe(first.Except(second));
            TextsOf(~left).ShouldBe(Texts.Except(first));
        }
    }

    [Fact]
    public void EqualSetsAreEqualAutomata()
    {
        CharacterAutomaton lengths = CharacterAutomaton.OfLength(1, 2);
        CharacterAutomaton other = RegularExpressionAutomaton.Containing("^(?:[^a]|a)[^]?$") & lengths;
        other.ShouldBe(lengths);
        other.GetHashCode().ShouldBe(lengths.GetHashCode());
        (lengths & ~lengths).ShouldBe(CharacterAutomaton.None);
        (lengths | ~lengths).IsAll.ShouldBeTrue();
        (~~lengths).ShouldBe(lengths);
        CharacterAutomaton.Of("a", "b").ShouldNotBe(CharacterAutomaton.Of("a", "c"));
    }

    [Fact]
    public void StatesAreAsFewAsTheyCanBe()
    {
        CharacterAutomaton.All.StateCount.ShouldBe(1);
        CharacterAutomaton.OfLength(3, 5).StateCount.ShouldBe(6);
        CharacterAutomaton.Of("xab", "yab").StateCount.ShouldBe(4);
        RegularExpressionAutomaton.Containing("(a|b)*abb$").StateCount.ShouldBe(4);
    }

    [Fact]
    public void LengthsAndListsOfTextsAreFound()
    {
        CharacterAutomaton some = CharacterAutomaton.Of("bcd", "a", "\U0001F600\U0001F600");
        some.ShortestLength().ShouldBe(1);
        some.LongestLength().ShouldBe(3);
        some.Shortest().ShouldBe("a");
        some.TryList(3).ShouldBe(["a", "bcd", "\U0001F600\U0001F600"], ignoreOrder: true);
        some.TryList(2).ShouldBeNull();
        RegularExpressionAutomaton.Containing("^a+$").LongestLength().ShouldBeNull();
        RegularExpressionAutomaton.Containing("^a+$").TryList(100).ShouldBeNull();
        CharacterAutomaton.None.TryList(0).ShouldBeEmpty();
    }

    [Fact]
    public void TooManyStatesAreRefused() =>
        Should.Throw<GrammarException>(() => CharacterAutomaton.OfLength(0, CharacterAutomaton.MostStates + 1)).Message.ShouldContain("states");

    private static IEnumerable<string> TextsOf(CharacterAutomaton automaton) => Texts.Where(automaton.Accepts);
}
