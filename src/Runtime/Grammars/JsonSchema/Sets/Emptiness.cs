using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>
/// Says of requirements that nothing fulfils them, where that is found without looking into arrays and objects. It thins out alternatives;
/// what it misses costs room, and is no mistake.
/// </summary>
/// <param name="states">The schemas.</param>
/// <param name="constants">Their constants.</param>
/// <param name="numbers">Their numbers.</param>
/// <param name="strings">Their strings.</param>
internal sealed class Emptiness(SchemaStates states, ConstantSets constants, NumberSets numbers, StringSets strings)
{
    private readonly Dictionary<Requirement, bool> _known = [];
    private readonly HashSet<Literal> _open = [];

    /// <summary>Whether surely nothing fulfils a requirement.</summary>
    public bool IsEmpty(Requirement requirement)
    {
        if (requirement == Requirement.Nothing || requirement == Requirement.Anything)
        {
            return requirement == Requirement.Nothing;
        }

        if (!_known.TryGetValue(requirement, out bool isEmpty))
        {
            isEmpty = ConstantsOf(requirement) is IReadOnlyList<SchemaConstant> some
                ? !some.Any(constant => requirement.Literals.All(literal => Fulfils(constant.Value, literal)))
                : HasNoValue(requirement);
            _known.Add(requirement, isEmpty);
        }

        return isEmpty;
    }
    /// <summary>Whether a literal surely holds of all that fulfils a requirement.</summary>
    public bool Implies(Requirement requirement, Literal literal) =>
        requirement.Literals.Contains(literal)
        || IsEmpty(states.Require([requirement, states.Require([!literal])]));

    /// <summary>Whether all that fulfils a requirement surely fulfils another one.</summary>
    public bool Implies(Requirement requirement, Requirement other) =>
        requirement == other
        || (other == Requirement.Nothing ? IsEmpty(requirement) : other.Literals.All(literal => Implies(requirement, literal)));

    // Values of which one must be it, none of them an array or an object; null where there are none.
    private IReadOnlyList<SchemaConstant>? ConstantsOf(Requirement requirement) => requirement.Literals
        .Where(literal => literal.Holds && states[literal].AnyOfLiterals is null)
        .Select(literal => states[literal].Keywords.Constants.FirstOrDefault())
        .FirstOrDefault(some => some?.All(constant => constant.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)) == true);

    private bool Fulfils(JsonElement value, Literal literal)
    {
        Literal holds = states[literal].Holds;
        return literal.Holds == value.ValueKind switch
        {
            JsonValueKind.String => strings.Of(holds).Contains(value.GetString()!),
            JsonValueKind.Number => numbers.Of(holds).Accepts(DecimalNumber.Parse(value.GetRawText()).ToString()),
            _ => (constants.Of(holds).Types & TypeOf(value)) != 0,
        };
    }

    private bool HasNoValue(Requirement requirement)
    {
        JsonTypes types = requirement.Literals.Aggregate(JsonTypes.All, (some, literal) => some & TypesOf(literal));
        return (types & (JsonTypes.Array | JsonTypes.Object)) == 0
            && ((types & (JsonTypes.Null | JsonTypes.True | JsonTypes.False)) == 0 || constants.Of(requirement).Types == JsonTypes.None)
            && ((types & JsonTypes.Number) == 0 || numbers.Of(requirement).IsEmpty)
            && ((types & JsonTypes.String) == 0 || strings.Of(requirement).Parts.Count == 0);
    }

    // Types of which a literal may hold: those that are found without looking at much.
    private JsonTypes TypesOf(Literal literal)
    {
        SchemaState state = states[literal];
        if (!literal.Holds || state.AnyOfLiterals is not null || !RuntimeHelpers.TryEnsureSufficientExecutionStack() || !_open.Add(literal))
        {
            return JsonTypes.All;
        }

        SchemaKeywords keywords = state.Keywords;
        JsonTypes types = keywords.Boolean == false ? JsonTypes.None : keywords.Types;
        foreach (IReadOnlyList<SchemaConstant> some in keywords.Constants)
        {
            types &= some.Aggregate(JsonTypes.None, (all, constant) => all | TypeOf(constant.Value));
        }

        foreach (SchemaState part in state.References().Concat(state.Children(keywords.AllOf)))
        {
            types &= TypesOf(part.Holds);
        }

        foreach (IReadOnlyList<SchemaNode>? parts in new[] { keywords.AnyOf, keywords.OneOf })
        {
            if (parts is not null)
            {
                types &= state.Children(parts).Aggregate(JsonTypes.None, (all, part) => all | TypesOf(part.Holds));
            }
        }

        _open.Remove(literal);
        return types;
    }

    private static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True => JsonTypes.True,
        JsonValueKind.False => JsonTypes.False,
        JsonValueKind.Number => JsonTypes.Number,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };
}
