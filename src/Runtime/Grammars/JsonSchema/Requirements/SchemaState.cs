using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Documents;

namespace ModelGen.Grammars.JsonSchema.Requirements;

/// <summary>
/// A schema as it is come to: what its dynamic references mean depends on the way. Or, where several may hold, one of some literals.
/// </summary>
internal sealed class SchemaState
{
    private readonly SchemaStates _states;
    private readonly SchemaNode _node;
    private readonly DynamicScope _scope;

    /// <param name="states">Where it is kept.</param>
    /// <param name="number">Its number there.</param>
    /// <param name="node">The schema.</param>
    /// <param name="scope">The scope that it is come to in.</param>
    /// <param name="anyOf">Literals of which one holds; null where it is the schema that holds.</param>
    public SchemaState(SchemaStates states, int number, SchemaNode node, DynamicScope scope, IReadOnlyList<Literal>? anyOf)
    {
        _states = states;
        _node = node;
        _scope = scope;
        Number = number;
        AnyOfLiterals = anyOf;
    }

    public int Number { get; }

    public SchemaKeywords Keywords => _node.Keywords;

    /// <summary>Its place as messages say it.</summary>
    public string Place => _node.Place;

    public IReadOnlyList<Literal>? AnyOfLiterals { get; }

    /// <summary>That it holds.</summary>
    public Literal Holds => new(Number << 1);

    /// <summary>That it does not.</summary>
    public Literal Fails => new((Number << 1) | 1);

    /// <summary>A schema that is a part of it.</summary>
    public SchemaState Child(SchemaNode node) => _states.Of(node, _scope.Enter(node.Resource));

    /// <summary>Schemas that are parts of it.</summary>
    public IEnumerable<SchemaState> Children(IEnumerable<SchemaNode> nodes) => nodes.Select(Child);

    /// <summary>The schema of a constant of its own.</summary>
    public SchemaState Constant(SchemaConstant constant) => Child(_node.Constant(constant));

    /// <summary>One of some literals.</summary>
    public SchemaState AnyOf(IReadOnlyList<Literal> literals) => _states.AnyOf(literals, _node, _scope);

    /// <summary>What it refers to with <c>$ref</c> and <c>$dynamicRef</c>.</summary>
    public IEnumerable<SchemaState> References()
    {
        if (Keywords.Reference is string reference)
        {
            yield return Child(_states.Documents.Find(_node, "$ref", reference));
        }

        if (Keywords.DynamicReference is string dynamic)
        {
            SchemaNode target = _states.Documents.Find(_node, "$dynamicRef", dynamic);
            string name = dynamic[(dynamic.IndexOf('#', StringComparison.Ordinal) + 1)..];
            bool isDynamic = target.Resource.DynamicAnchors.TryGetValue(name, out SchemaNode? anchored) && anchored == target;
            yield return Child(isDynamic && _scope.Find(name) is SchemaNode outermost ? outermost : target);
        }
    }
}
