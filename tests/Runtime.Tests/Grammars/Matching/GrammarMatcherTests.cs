using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Grammars.Matching.Expressions;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

public sealed class GrammarMatcherTests
{
    [Fact]
    public void WhatMayNotFollowIsNotAppended()
    {
        GrammarMatcher matcher = Matcher(Text("abc"));
        matcher.TryAdvance("abx"u8).ShouldBeFalse();
        matcher.TryAdvance("ab"u8).ShouldBeTrue();
        matcher.IsAccepting.ShouldBeFalse();
        GrammarMatcher fork = matcher.Fork();
        matcher.TryAdvance("c"u8).ShouldBeTrue();
        matcher.IsAccepting.ShouldBeTrue();
        matcher.TryAdvance("c"u8).ShouldBeFalse();
        fork.IsAccepting.ShouldBeFalse();
        fork.Bytes.ShouldBe(ByteSet.Of((byte)'c'));
        matcher.Reset();
        matcher.Bytes.ShouldBe(ByteSet.Of((byte)'a'));
    }

    [Fact]
    public void BytesThatCanOnlyFollowAreWrittenUpToAChoiceOrAnEnd()
    {
        GrammarMatcher matcher = Matcher(Sequence(Text("{\"name\":"), Choice(Text("true"), Text("tree")), Optional(Text("!"))));
        byte[] bytes = new byte[100];
        Forced().ShouldBe("{\"name\":tr");
        matcher.TryAdvance("{\"name\":tru"u8).ShouldBeTrue();
        Forced().ShouldBe("e");
        matcher.TryAdvance("e"u8).ShouldBeTrue();
        Forced().ShouldBe("");
        matcher.Reset();
        matcher.WriteForced(bytes.AsSpan(0, 3)).ShouldBe(3);

        string Forced() => Encoding.ASCII.GetString(bytes, 0, matcher.WriteForced(bytes));
    }

    [Fact]
    public void TheEmptyTextMayBeTheOnlyOne()
    {
        GrammarMatcher matcher = Matcher(Sequence());
        matcher.IsAccepting.ShouldBeTrue();
        matcher.Bytes.IsEmpty.ShouldBeTrue();
        Matcher(Optional(Text("a"))).IsAccepting.ShouldBeTrue();
    }

    [Fact]
    public void RulesMayLeadBackToThemselvesFirst()
    {
        // Sums of products, as grammars of languages are written.
        GrammarMatcher matcher = Matcher(
            Choice(Sequence(Rule(0), AnyOf("+-"), Rule(1)), Rule(1)),
            Choice(Sequence(Rule(1), AnyOf("*/"), Rule(2)), Rule(2)),
            Choice(Range('0', '9'), Sequence(Text("("), Rule(0), Text(")"))));
        matcher.Has("1+2*3-(4-5)*6").ShouldBeTrue();
        matcher.Has("((1))").ShouldBeTrue();
        matcher.Has("1+").ShouldBeFalse();
        matcher.HasBeginning("1+*").ShouldBeFalse();
        matcher.HasBeginning(")").ShouldBeFalse();

        // Through another rule, and through one that may be empty.
        matcher = Matcher(Choice(Sequence(Rule(1), Text("x")), Text("a")), Choice(Sequence(Rule(2), Rule(0), Text("y")), Text("b")), Optional(Text("c")));
        matcher.Has("bx").ShouldBeTrue();
        matcher.Has("ayxyx").ShouldBeTrue();
        matcher.Has("ccayxyx").ShouldBeTrue();
        matcher.Has("cayyx").ShouldBeFalse();
    }

    [Fact]
    public void AmbiguityTakesNoMoreThanItsLength()
    {
        GrammarMatcher matcher = Matcher(Choice(Sequence(Rule(0), Rule(0)), Text("a"), Sequence()));
        matcher.Has(new string('a', 300)).ShouldBeTrue();
        matcher = Matcher(Choice(Sequence(Rule(0), Text("+"), Rule(0)), Sequence(Text("("), Rule(0), Text(")")), Text("1")));
        matcher.Has(string.Join('+', Enumerable.Repeat("1", 300))).ShouldBeTrue();
        matcher.Has(string.Join('+', Enumerable.Repeat("(1+1)", 100))).ShouldBeTrue();

        // Which level ends is open behind each byte.
        matcher = Matcher(Choice(Sequence(Text("a"), Rule(0), Optional(Text("c"))), Text("b")));
        matcher.Has(new string('a', 300) + "b" + new string('c', 300)).ShouldBeTrue();
        matcher.HasBeginning(new string('a', 300) + "b" + new string('c', 301)).ShouldBeFalse();
    }

    [Fact]
    public void TextsMayBeNestedDeeply()
    {
        const int Depth = 100_000;
        GrammarMatcher matcher = Matcher(Choice(Sequence(Text("["), Rule(0), Text("]")), Text("")));
        matcher.TryAdvance(Enumerable.Repeat((byte)'[', Depth).ToArray()).ShouldBeTrue();
        matcher.TryAdvance(Enumerable.Repeat((byte)']', Depth - 1).ToArray()).ShouldBeTrue();
        matcher.IsAccepting.ShouldBeFalse();
        matcher.TryAdvance("]]"u8).ShouldBeFalse();
        matcher.TryAdvance("]"u8).ShouldBeTrue();
        matcher.IsAccepting.ShouldBeTrue();
    }

    [Fact]
    public void AsManyItemsComeAsAreCounted()
    {
        const int Most = 100_000;
        GrammarMatcher matcher = Matcher(Sequence(Text("<"), Repeat(Sequence(Range('a', 'z'), Text(",")), 3, Most), Text(">")));
        matcher.Has("<" + Items(2) + ">").ShouldBeFalse();
        matcher.Has("<" + Items(3) + ">").ShouldBeTrue();
        matcher.Has("<" + Items(Most) + ">").ShouldBeTrue();
        matcher.HasBeginning("<" + Items(Most)).ShouldBeTrue();
        matcher.HasBeginning("<" + Items(Most) + "a").ShouldBeFalse();

        // Without a limit only the fewest are counted.
        matcher = Matcher(Repeat(Sequence(Range('a', 'z'), Text(",")), 500, null));
        matcher.Has(Items(499)).ShouldBeFalse();
        matcher.Has(Items(500)).ShouldBeTrue();
        matcher.Has(Items(5000)).ShouldBeTrue();

        // Items whose ends cannot be told.
        matcher = Matcher(Repeat(Choice(Text("aaa"), Text("aa")), 100, 200));
        matcher.Has(new string('a', 199)).ShouldBeFalse();
        matcher.Has(new string('a', 200)).ShouldBeTrue();
        matcher.Has(new string('a', 599)).ShouldBeTrue();
        matcher.HasBeginning(new string('a', 601)).ShouldBeFalse();

        // Counts within counts.
        matcher = Matcher(Repeat(Sequence(Repeat(Range('a', 'z'), 2, 60), Text(";")), 100, 100));
        matcher.Has(string.Concat(Enumerable.Repeat(new string('x', 60) + ";", 100))).ShouldBeTrue();
        matcher.HasBeginning(string.Concat(Enumerable.Repeat("xx;", 99)) + "x;").ShouldBeFalse();
        matcher.HasBeginning(string.Concat(Enumerable.Repeat("xx;", 100)) + "x").ShouldBeFalse();
        matcher.HasBeginning(new string('x', 61)).ShouldBeFalse();

        static string Items(int count) => string.Concat(Enumerable.Repeat("q,", count));
    }

    [Fact]
    public void MembersComeInAnyOrderAsOftenAsTheyMay()
    {
        GrammarMatcher matcher = Matcher(Sequence(
            Text("{"),
            Members(",", 0, null, Member("a:", Text("1"), isRequired: true), Member("b:", Repeat(Range('0', '9'), 1, null)), Member("c:", Text(""), repeats: true)),
            Text("}")));
        matcher.Has("{a:1}").ShouldBeTrue();
        matcher.Has("{b:22,a:1}").ShouldBeTrue();
        matcher.Has("{c:,c:,b:7,c:,a:1,c:}").ShouldBeTrue();
        matcher.Has("{}").ShouldBeFalse();
        matcher.Has("{b:22}").ShouldBeFalse();
        matcher.HasBeginning("{a:1,a").ShouldBeFalse();
        matcher.HasBeginning("{a:1,b:2,b").ShouldBeFalse();
        matcher.HasBeginning("{a:1,b:2,c").ShouldBeTrue();

        // Of four there may be three, two of which are required.
        matcher = Matcher(Members(",", 2, 3, Member("a", Text(""), isRequired: true), Member("b", Text(""), isRequired: true), Member("c", Text("")), Member("d", Text(""))));
        matcher.Has("a,b").ShouldBeTrue();
        matcher.Has("c,b,a").ShouldBeTrue();
        matcher.HasBeginning("c,d").ShouldBeFalse();
        matcher.HasBeginning("a,b,c,").ShouldBeFalse();
        matcher.HasBeginning("a,b,c").ShouldBeTrue();
    }

    [Fact]
    public void MembersOfTheSameNameGoOnWithWhicheverFits()
    {
        GrammarMatcher matcher = Matcher(Members(",", 2, null, Member("a:", Text("1"), isRequired: true), Member("a:", Text("2")), Member("a:", Text("12"))));
        matcher.Has("a:1,a:2").ShouldBeTrue();
        matcher.Has("a:12,a:1").ShouldBeTrue();
        matcher.Has("a:12,a:2").ShouldBeFalse();
        matcher.HasBeginning("a:12,a:2,a:2").ShouldBeFalse();
        matcher.Has("a:2,a:12,a:1").ShouldBeTrue();
    }

    [Fact]
    public void AHundredMembersAreNoMoreThanAHundred()
    {
        GrammarMatcher matcher = Matcher(Members(
            ",", 0, null, [.. Enumerable.Range(0, 100).Select(index => Member($"m{index:D2}", Text(""), isRequired: index % 2 == 0))]));
        string[] names = [.. Enumerable.Range(0, 100).Select(index => $"m{index:D2}")];
        new Random(7).Shuffle(names);
        matcher.Has(string.Join(',', names)).ShouldBeTrue();
        matcher.HasBeginning(string.Join(',', names) + ",").ShouldBeFalse();
        matcher.Has(string.Join(',', names.Where(name => int.Parse(name[1..]) % 2 == 0))).ShouldBeTrue();
        matcher.Has(string.Join(',', names.Where(name => name != "m00"))).ShouldBeFalse();
    }

    [Fact]
    public void ManyMayMatchAtTheSameTimeWithStatesThatAreShared()
    {
        GrammarStates states = new(GrammarCompiler.Compile(Grammar(
            Choice(Text("1"), Sequence(Text("["), Rule(0), Repeat(Sequence(Text(","), Rule(0)), 0, null), Text("]"))))));
        Parallel.For(0, 50, seed =>
        {
            Random random = new(seed);
            GrammarMatcher matcher = new(states);
            int depth = 0;
            for (int index = 0; index < 1000; index++)
            {
                // Opened, or a number, closed as often as wanted.
                bool opens = random.Next(3) == 0;
                matcher.TryAdvance(opens ? "["u8 : "1"u8).ShouldBeTrue();
                depth += opens ? 1 : 0;
                while (!opens && depth > 0 && random.Next(3) == 0)
                {
                    matcher.TryAdvance("]"u8).ShouldBeTrue();
                    depth--;
                }

                matcher.IsAccepting.ShouldBe(!opens && depth == 0);
                if (matcher.IsAccepting)
                {
                    matcher.Reset();
                }
                else if (!opens)
                {
                    matcher.TryAdvance(","u8).ShouldBeTrue();
                }
            }
        });
    }
}
