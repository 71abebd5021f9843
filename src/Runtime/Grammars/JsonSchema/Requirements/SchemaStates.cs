using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Documents;

namespace ModelGen.Grammars.JsonSchema.Requirements;

/// <summary>All schemas that have been come to, and the requirements that they make.</summary>
/// <param name="documents">Where they lie.</param>
internal sealed class SchemaStates(SchemaDocuments documents)
{
    // More than this in one schema is a maze of references rather than a schema.
    private const int MostStates = 50_000;

    private readonly List<SchemaState> _states = [];
    private readonly Dictionary<(SchemaNode, DynamicScope), SchemaState> _known = [];
    private readonly Dictionary<string, SchemaState> _knownAnyOf = [];
    private readonly Dictionary<string, Requirement> _requirements = [];

    public SchemaDocuments Documents { get; } = documents;

    /// <summary>The schema that everything begins with.</summary>
    public SchemaState Root => Of(Documents.Root, DynamicScope.CreateEmpty().Enter(Documents.Root.Resource));

    public SchemaState this[Literal literal] => _states[literal.Schema];

    /// <summary>A schema in a scope. What only refers to another schema is that one.</summary>
    public SchemaState Of(SchemaNode node, DynamicScope scope)
    {
        if (_known.TryGetValue((node, scope), out SchemaState? state))
        {
            return state;
        }

        SchemaNode target = node;
        DynamicScope within = scope;
        HashSet<(SchemaNode, DynamicScope)> followed = [];
        while (target.Keywords.IsReference)
        {
            if (!followed.Add((target, within)))
            {
                throw new GrammarException($"{node.Place} refers to itself, with nothing between.");
            }

            target = Documents.Find(target, "$ref", target.Keywords.Reference!);
            within = within.Enter(target.Resource);
        }

        if (!_known.TryGetValue((target, within), out state))
        {
            state = Add(target, within, null);
            _known.Add((target, within), state);
        }

        _known[(node, scope)] = state;
        return state;
    }

    /// <summary>One of some literals.</summary>
    public SchemaState AnyOf(IReadOnlyList<Literal> literals, SchemaNode node, DynamicScope scope)
    {
        string key = string.Join(' ', literals.Select(literal => literal.Code));
        if (!_knownAnyOf.TryGetValue(key, out SchemaState? state))
        {
            _knownAnyOf.Add(key, state = Add(node, scope, literals));
        }

        return state;
    }

    /// <summary>What a value must be for all of some literals.</summary>
    public Requirement Require(params IEnumerable<Literal> literals)
    {
        SortedSet<int> codes = [];
        foreach (Literal literal in literals)
        {
            SchemaState state = this[literal];
            bool? constant = state.AnyOfLiterals is not null ? null : state.Keywords.IsTrue ? true : state.Keywords.Boolean;
            if (constant == literal.Holds)
            {
                continue;
            }

            if (constant is not null || codes.Contains((!literal).Code))
            {
                return Requirement.Nothing;
            }

            codes.Add(literal.Code);
        }

        if (codes.Count == 0)
        {
            return Requirement.Anything;
        }

        string key = string.Join(' ', codes);
        if (!_requirements.TryGetValue(key, out Requirement? requirement))
        {
            _requirements.Add(key, requirement = new Requirement([.. codes.Select(code => new Literal(code))]));
        }

        return requirement;
    }

    /// <summary>What a value must be for all of some requirements.</summary>
    public Requirement Require(params IEnumerable<Requirement> requirements)
    {
        List<Requirement> some = [.. requirements.Where(requirement => requirement != Requirement.Anything).Distinct()];
        return some.Count == 0 ? Requirement.Anything
            : some.Contains(Requirement.Nothing) ? Requirement.Nothing
            : some.Count == 1 ? some[0]
            : Require(some.SelectMany(requirement => requirement.Literals));
    }

    private SchemaState Add(SchemaNode node, DynamicScope scope, IReadOnlyList<Literal>? anyOf)
    {
        if (_states.Count == MostStates)
        {
            throw new GrammarException($"{node.Place} and what it is a part of are more than {MostStates} schemas.");
        }

        SchemaState state = new(this, _states.Count, node, scope, anyOf);
        _states.Add(state);
        return state;
    }
}
