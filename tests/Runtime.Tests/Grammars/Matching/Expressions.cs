using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

/// <summary>Short names for the parts of grammars, for tests that write some.</summary>
internal static class Expressions
{
    public static GrammarExpression Text(string text) => Sequence([.. Encoding.UTF8.GetBytes(text).Select(value => new ByteExpression(ByteSet.Of(value)))]);

    public static GrammarExpression AnyOf(string characters) =>
        new ByteExpression(characters.Aggregate(ByteSet.Empty, (bytes, character) => bytes | ByteSet.Of((byte)character)));

    public static GrammarExpression Range(char first, char last) => new ByteExpression(ByteSet.Range((byte)first, (byte)last));

    public static GrammarExpression Sequence(params GrammarExpression[] items) => new SequenceExpression(items);

    public static GrammarExpression Choice(params GrammarExpression[] items) => new ChoiceExpression(items);

    public static GrammarExpression Repeat(GrammarExpression item, int minimum, int? maximum) => new RepetitionExpression(item, minimum, maximum);

    public static GrammarExpression Optional(GrammarExpression item) => Repeat(item, 0, 1);

    public static GrammarExpression Rule(int rule) => new RuleExpression(rule);

    public static GrammarExpression Members(string separator, int minimum, int? maximum, params GrammarMember[] members) =>
        new MembersExpression(members, Text(separator), minimum, maximum);

    public static GrammarMember Member(string opening, GrammarExpression value, bool isRequired = false, bool repeats = false) =>
        new(Text(opening), value, isRequired, repeats);

    /// <summary>A grammar of rules called a, b, c and so on; the first one is the root.</summary>
    public static GrammarDefinition Grammar(params GrammarExpression[] rules) =>
        new([.. rules.Select((rule, index) => new GrammarRule(((char)('a' + index)).ToString(), rule))], 0);

    public static GrammarMatcher Matcher(params GrammarExpression[] rules) => new(new GrammarStates(GrammarCompiler.Compile(Grammar(rules))));

    /// <summary>Whether the matcher's grammar has a text.</summary>
    public static bool Has(this GrammarMatcher matcher, string text)
    {
        matcher.Reset();
        return matcher.TryAdvance(Encoding.UTF8.GetBytes(text)) && matcher.IsAccepting;
    }

    /// <summary>Whether the matcher's grammar has a text that begins so.</summary>
    public static bool HasBeginning(this GrammarMatcher matcher, string text)
    {
        matcher.Reset();
        return matcher.TryAdvance(Encoding.UTF8.GetBytes(text));
    }
}
