using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Grammars.Matching.Expressions;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

public sealed class GrammarCompilerTests
{
    [Fact]
    public void AGrammarWithoutTextIsRefusedByName()
    {
        Refusal(Sequence(Text("a"), Rule(0))).ShouldContain("'a' has no text");
        Refusal(Rule(1), Sequence(Text("a"), Rule(0))).ShouldContain("'a' has no text");
        Refusal(Members(",", 0, null, Member("a", Choice(), isRequired: true))).ShouldContain("'a' has no text");
        Refusal(Members(",", 3, null, Member("a", Text("")), Member("b", Text("")))).ShouldContain("'a' has no text");
        Refusal(Members(",", 0, 1, Member("a", Text(""), isRequired: true), Member("b", Text(""), isRequired: true))).ShouldContain("'a' has no text");
        Refusal(Repeat(Text("a"), 3, 2)).ShouldContain("'a' has no text");
    }

    [Fact]
    public void WhatHasNoTextLeadsNowhere()
    {
        Matcher(Choice(Text("ab"), Sequence(Text("ac"), Rule(1))), Sequence(Text("x"), Rule(1))).HasBeginning("ac").ShouldBeFalse();
        Matcher(Members(",", 0, null, Member("a", Text("")), Member("b", Choice()))).HasBeginning("a,").ShouldBeFalse();
    }

    [Fact]
    public void RulesThatAreMissingAndCountsThatAreNoneAreRefusedByName()
    {
        Refusal(Sequence(Text("a"), Rule(7))).ShouldBe("The rule 'a' names a rule with the number 7, but the grammar has 1 rules.");
        Refusal(Text("a"), Repeat(Text("a"), -1, 2)).ShouldBe("The rule 'b' has a repetition of -1 to 2 times; counts start at 0.");
        Should.Throw<GrammarException>(() => GrammarCompiler.Compile(new GrammarDefinition([], 0))).Message.ShouldContain("none with the number 0");
    }

    [Fact]
    public void LeftRecursionThroughACountIsRefusedByName() =>
        Refusal(Choice(Text("a"), Sequence(Repeat(Sequence(Rule(0), Text("b")), 2, 1000), Text("c"))))
            .ShouldContain("The rule 'a' leads back to itself before it takes a byte, through a counted repetition");

    [Fact]
    public void LongCountsOfItemsWhoseEndsCannotBeToldAreRefusedByName()
    {
        Refusal(Repeat(Choice(Text("a"), Text("aa")), 0, 10_000)).ShouldContain("The rule 'a' counts up to 10000 items");

        // The item goes on in a rule that it calls.
        Refusal(Repeat(Sequence(Text("a"), Rule(1)), 0, 10_000), Choice(Text("b"), Sequence(Text("("), Rule(1), Text(")"), Optional(Text("a")))))
            .ShouldContain("counts up to 10000 items");
        Matcher(Repeat(Sequence(Text(","), Repeat(Range('0', '9'), 1, null)), 0, 10_000)).Has(",1,22,333").ShouldBeTrue();
    }

    [Fact]
    public void MembersAreToldApartByWhatIsNotRecursive()
    {
        GrammarMember member = new(Rule(1), Text("x"), isRequired: false, repeats: false);
        Refusal(new MembersExpression([member], Text(","), 0, null), Choice(Text("a"), Sequence(Text("("), Rule(1), Text(")"))))
            .ShouldContain("told apart, or parted, by the rule 'b', which leads back to itself");
        Refusal(Members(",", 0, null, Member("", Text("")))).ShouldContain("a member whose opening and value may both be empty");
        Refusal(new MembersExpression([member], Members(",", 1, null, Member("a", Text(""))), 1, null), Text("a"))
            .ShouldContain("told apart, or parted, by other members");
    }

    [Fact]
    public void AnAutomatonThatWouldBeTooLargeIsRefusedByName() =>
        Refusal(Sequence(Repeat(AnyOf("ab"), 0, null), Text("a"), Repeat(AnyOf("ab"), 20, 20))).ShouldContain("The rule 'a' needs more than");

    [Fact]
    public void WhatIsNestedTooDeeplyIsRefused()
    {
        GrammarExpression nested = Text("a");
        for (int depth = 0; depth < 1_000_000; depth++)
        {
            nested = new SequenceExpression([nested]);
        }

        Refusal(nested).ShouldContain("nested too deeply");
    }

    [Fact]
    public void EqualPartsAreOneMachinesStates()
    {
        GrammarExpression String() => Sequence(Text("\""), Repeat(Range('#', '~'), 0, null), Text("\""));
        int one = GrammarCompiler.Compile(Grammar(Sequence(Text("("), Rule(1), Text(","), Rule(1), Text(")")), String())).States.StateCount;
        int two = GrammarCompiler.Compile(Grammar(
            Sequence(Text("("), Rule(1), Text(","), Rule(2), Text(")"), Optional(Sequence(Rule(1), Rule(2)))), String(), String())).States.StateCount;
        two.ShouldBeLessThan(one + 4);
    }

    [Fact]
    public void FiniteRulesBecomeOneAutomaton()
    {
        CompiledGrammar grammar = GrammarCompiler.Compile(Grammar(
            Choice(Rule(1), Rule(2)), Sequence(Text("x"), Rule(3)), Sequence(Text("x"), Rule(4)), Text("abc"), Text("abd")));
        grammar.Machines.Count.ShouldBe(1);
        grammar.States.StateCount.ShouldBe(5);
    }

    private static string Refusal(params GrammarExpression[] rules) =>
        Should.Throw<GrammarException>(() => GrammarCompiler.Compile(Grammar([.. rules]))).Message;
}
