using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.Json;

/// <summary>
/// JSON texts (RFC 8259) as expressions. A value's text has no white space around it; between what an array or an object is made of there may be
/// some.
/// </summary>
/// <param name="rules">Where a rule is added for what contains itself.</param>
/// <param name="whiteSpace">What there may be.</param>
internal sealed class JsonExpressions(GrammarBuilder rules, JsonWhiteSpace whiteSpace)
{
    private static readonly GrammarExpression Quote = Byte('"');
    private static readonly AutomatonExpression AnyText = new(JsonTextAutomaton.Quoted(CharacterAutomaton.All, JsonTextForm.Any));
    private static readonly AutomatonExpression AnyCharacter =
        new(JsonTextAutomaton.Unquoted(CharacterAutomaton.OfLength(1, 1), JsonTextForm.Any));

    // Sixteen levels of four spaces.
    private const int MostIndentation = 64;

    private static readonly GrammarExpression OneSpace = new RepetitionExpression(Byte(' '), 0, 1);
    private static readonly GrammarExpression AnySpace = new RepetitionExpression(AnyOf(' ', '\t', '\r', '\n'), 0, null);
    private static readonly GrammarExpression SpaceOrNewLine = new RepetitionExpression(
        new ChoiceExpression(
        [
            Byte(' '),
            new SequenceExpression(
            [
                new RepetitionExpression(Byte('\r'), 0, 1), Byte('\n'), new RepetitionExpression(AnyOf(' ', '\t'), 0, MostIndentation),
            ]),
        ]),
        0,
        1);

    // Where a new line may begin: behind a comma and inside of brackets.
    private readonly GrammarExpression _space = whiteSpace == JsonWhiteSpace.Formatted ? SpaceOrNewLine : WithinLine(whiteSpace);

    // On both sides of a colon, and in front of a comma.
    private readonly GrammarExpression _spaceWithinLine = WithinLine(whiteSpace);

    private RuleExpression? _anyValue;
    private RuleExpression? _anyObject;
    private RuleExpression? _anyArray;

    /// <summary>The empty text.</summary>
    public static GrammarExpression Empty { get; } = new SequenceExpression([]);

    /// <summary>No text.</summary>
    public static GrammarExpression None { get; } = new ChoiceExpression([]);

    /// <summary><c>null</c>.</summary>
    public static GrammarExpression Null { get; } = Literal("null");

    /// <summary><c>true</c>.</summary>
    public static GrammarExpression True { get; } = Literal("true");

    /// <summary><c>false</c>.</summary>
    public static GrammarExpression False { get; } = Literal("false");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static GrammarExpression Boolean { get; } = new ChoiceExpression([True, False]);

    /// <summary>Any number.</summary>
    public static GrammarExpression Number { get; } = NumberOf(JsonNumbers.AllWithExponents);

    /// <summary>Any integer, with a fraction of zeros, an exponent that is not negative, or neither.</summary>
    public static GrammarExpression Integer { get; } = NumberOf(JsonNumbers.IntegersWithExponents);

    /// <summary>Any string.</summary>
    public static GrammarExpression String => AnyText;

    /// <summary>Any value.</summary>
    public GrammarExpression Value => _anyValue ?? AddAnyValue();

    /// <summary>Any object; that a name comes again is not prevented.</summary>
    public GrammarExpression Object => _anyObject ??= rules.Add("any object", Map(String, Value, 0, null));

    /// <summary>Any array.</summary>
    public GrammarExpression Array => _anyArray ??= rules.Add("any array", ArrayOf(Value, 0, null));

    /// <summary>What stands between two items of an array or two members of an object.</summary>
    public GrammarExpression Separator => Sequence(_spaceWithinLine, Byte(','), _space);

    /// <summary>A text of ASCII as it stands.</summary>
    public static GrammarExpression Literal(string text) => new SequenceExpression([.. text.Select(Byte)]);

    /// <summary>One text, as JSON writers spell it: for names and for constants.</summary>
    public static GrammarExpression StringOf(string text) => text.All(character => character is >= ' ' and <= '~')
        ? Literal("\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"")
        : StringOf(CharacterAutomaton.Of(text), JsonTextForm.Plain);

    /// <summary>A string.</summary>
    /// <param name="texts">What it may say.</param>
    /// <param name="form">How it may be spelled.</param>
    public static GrammarExpression StringOf(CharacterAutomaton texts, JsonTextForm form) => form == JsonTextForm.Any && texts.IsAll
        ? AnyText
        : new AutomatonExpression(JsonTextAutomaton.Quoted(texts, form));

    /// <summary>A string.</summary>
    /// <param name="minimum">The fewest characters (code points).</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public static GrammarExpression StringOfLength(int minimum, int? maximum) => minimum == 0 && maximum is null
        ? AnyText
        : minimum > maximum
        ? None
        : Sequence(Quote, new RepetitionExpression(AnyCharacter, minimum, maximum), Quote);

    /// <summary>A number.</summary>
    /// <param name="texts">Its texts, such as a set of <see cref="JsonNumbers"/>.</param>
    public static GrammarExpression NumberOf(CharacterAutomaton texts) =>
        new AutomatonExpression(JsonTextAutomaton.Unquoted(texts, JsonTextForm.Plain));

    /// <summary>One of some expressions.</summary>
    public static GrammarExpression Choice(params IReadOnlyList<GrammarExpression> items) =>
        items.Count == 1 ? items[0] : new ChoiceExpression(items);

    /// <summary>Expressions, one behind the other.</summary>
    public static GrammarExpression Sequence(params IEnumerable<GrammarExpression> items)
    {
        GrammarExpression[] some = [.. items.Where(item => item is not SequenceExpression { Items.Count: 0 })];
        return some.Length == 1 ? some[0] : new SequenceExpression(some);
    }

    /// <summary>An array.</summary>
    /// <param name="item">Each of its items.</param>
    /// <param name="minimum">The fewest items.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public GrammarExpression ArrayOf(GrammarExpression item, int minimum, int? maximum) => TupleOf([], item, minimum, maximum);

    /// <summary>An array whose first items are each of their own kind.</summary>
    /// <param name="first">The first items; as many of them are there as the number of items allows.</param>
    /// <param name="others">Each further one.</param>
    /// <param name="minimum">The fewest items.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public GrammarExpression TupleOf(IReadOnlyList<GrammarExpression> first, GrammarExpression others, int minimum, int? maximum)
    {
        if (minimum > maximum)
        {
            return None;
        }

        // From the last one on: an item with what may follow it.
        int listed = maximum < first.Count ? maximum.Value : first.Count;
        GrammarExpression rest = maximum == listed
            ? minimum > listed ? None : Empty
            : listed == 0
            ? Empty
            : new RepetitionExpression(
                Sequence(Separator, others), minimum > listed ? minimum - listed : 0, maximum - listed);
        if (listed == 0)
        {
            return maximum == 0
                ? Enclose('[', rest, ']')
                : Enclose('[', OrNothing(minimum == 0, Sequence(
                    others, new RepetitionExpression(Sequence(Separator, others), minimum > 0 ? minimum - 1 : 0, maximum - 1))), ']');
        }

        for (int index = listed - 1; index > 0; index--)
        {
            rest = OrNothing(minimum <= index, Sequence(Separator, first[index], rest));
        }

        return Enclose('[', OrNothing(minimum == 0, Sequence(first[0], rest)), ']');
    }

    /// <summary>An object whose members have an order.</summary>
    /// <param name="members">The members in that order.</param>
    public GrammarExpression ObjectOf(IReadOnlyList<JsonMember> members)
    {
        // What follows a member: those behind it, each with a comma, the last one first.
        GrammarExpression[] rests = new GrammarExpression[members.Count + 1];
        rests[members.Count] = Empty;
        for (int index = members.Count - 1; index > 0; index--)
        {
            rests[index] = Sequence(
                OrNothing(!members[index].IsRequired, Sequence(Separator, Member(members[index]))), rests[index + 1]);
        }

        // Which one comes first: one before which no other must be.
        List<GrammarExpression> starts = [];
        for (int index = 0; index < members.Count; index++)
        {
            starts.Add(Sequence(Member(members[index]), rests[index + 1]));
            if (members[index].IsRequired)
            {
                break;
            }
        }

        return Enclose('{', OrNothing(!members.Any(member => member.IsRequired), Choice(starts)), '}');
    }

    /// <summary>An object whose members may come in any order.</summary>
    /// <param name="members">The members, of <see cref="Member(GrammarExpression, GrammarExpression, bool, bool)"/>.</param>
    /// <param name="minimum">The fewest members.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public GrammarExpression ObjectInAnyOrder(IReadOnlyList<GrammarMember> members, int minimum, int? maximum) =>
        Enclose('{', new MembersExpression(members, Separator, minimum, maximum), '}');

    /// <summary>An object whose members are all alike; that a name comes again is not prevented.</summary>
    /// <param name="name">A member's name, a string.</param>
    /// <param name="value">Its value.</param>
    /// <param name="minimum">The fewest members.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    public GrammarExpression Map(GrammarExpression name, GrammarExpression value, int minimum, int? maximum)
    {
        GrammarExpression member = Sequence(name, _spaceWithinLine, Byte(':'), _spaceWithinLine, value);
        return minimum > maximum ? None
            : maximum == 0 ? Enclose('{', Empty, '}')
            : Enclose('{', OrNothing(minimum == 0, Sequence(
                member, new RepetitionExpression(Sequence(Separator, member), minimum > 0 ? minimum - 1 : 0, maximum - 1))), '}');
    }

    /// <summary>A member of <see cref="ObjectInAnyOrder"/>.</summary>
    /// <param name="name">Its name, a string.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isRequired">Whether it is there at least once.</param>
    /// <param name="repeats">Whether there may be several.</param>
    public GrammarMember Member(GrammarExpression name, GrammarExpression value, bool isRequired, bool repeats) =>
        new(Sequence(name, _spaceWithinLine, Byte(':')), Sequence(_spaceWithinLine, value), isRequired, repeats);

    /// <summary>What stands between brackets, with white space where some may stand.</summary>
    /// <param name="open">The opening bracket.</param>
    /// <param name="inner">What stands between.</param>
    /// <param name="close">The closing bracket.</param>
    public GrammarExpression Enclose(char open, GrammarExpression inner, char close)
    {
        // White space within empty brackets stands there once.
        return Sequence(Byte(open), _space, inner is RepetitionExpression { Minimum: 0, Maximum: 1 } optional
            ? new RepetitionExpression(Sequence(optional.Item, _space), 0, 1)
            : Sequence(inner, inner is SequenceExpression { Items.Count: 0 } ? Empty : _space), Byte(close));
    }

    /// <summary>A rule of its own, for what is written once and stands at several places.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="expression">Its texts.</param>
    public GrammarExpression Rule(string name, GrammarExpression expression) => rules.Add(name, expression);

    private static GrammarExpression WithinLine(JsonWhiteSpace whiteSpace) => whiteSpace switch
    {
        JsonWhiteSpace.Formatted or JsonWhiteSpace.OneSpace => OneSpace,
        JsonWhiteSpace.Any => AnySpace,
        _ => Empty,
    };

    private static GrammarExpression Byte(char value) => AnyOf(value);

    private static GrammarExpression AnyOf(params char[] values) =>
        new ByteExpression(values.Aggregate(ByteSet.Empty, static (bytes, value) => bytes | ByteSet.Of((byte)value)));

    private static GrammarExpression OrNothing(bool mayBeNothing, GrammarExpression expression) =>
        mayBeNothing ? new RepetitionExpression(expression, 0, 1) : expression;

    private GrammarExpression Member(JsonMember member) =>
        Sequence(StringOf(member.Name), _spaceWithinLine, Byte(':'), _spaceWithinLine, member.Value);

    private GrammarExpression AddAnyValue()
    {
        RuleExpression value = rules.Reserve("any value");
        _anyValue = value;
        rules.Define(value, Choice(Object, Array, String, Number, Boolean, Null));
        return value;
    }
}
