using System;
using System.Linq;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>
/// Writes shapes of arrays as expressions. Where items are counted by what they fulfil, an array is a path through states: how many items have
/// been, and how many of each kind. A state leads to itself or to later ones, so that each is an expression of those behind it.
/// </summary>
/// <param name="states">The schemas.</param>
/// <param name="emptiness">What nothing fulfils.</param>
/// <param name="json">What JSON's expressions are made with.</param>
/// <param name="valueOf">The expression of what fulfils a requirement.</param>
/// <param name="values">The values that fulfil a requirement, each as an expression, where they are few; else null.</param>
internal sealed class ArrayWriter(
    SchemaStates states,
    Emptiness emptiness,
    JsonExpressions json,
    Func<Requirement, GrammarExpression> valueOf,
    FiniteValues values)
{
    /// <summary>The arrays of a shape.</summary>
    public GrammarExpression Write(ArrayShape shape)
    {
        if (shape.HasEqual)
        {
            throw new GrammarException($"{shape.Place}/uniqueItems cannot be what fails: no grammar finds two equal items.");
        }

        if (shape.IsUnique && !(shape.Maximum <= 1))
        {
            return new UniqueItemsWriter(states, json, values).Write(shape);
        }

        if (shape.Counts.Count > 0)
        {
            return new CountedItemsWriter(states, emptiness, json, valueOf).Write(shape);
        }

        // Items up to the last that has a rule of its own, and all the others.
        int listed = shape.Rules.Select(rule => rule.Last == int.MaxValue ? rule.First : rule.Last + 1).DefaultIfEmpty(0).Max();
        listed = shape.Maximum < listed ? shape.Maximum.Value : listed;
        return listed == 0 && shape.Minimum == 0 && shape.Maximum is null && shape.Rules.Count == 0
            ? json.Array
            : json.TupleOf(
                [.. Enumerable.Range(0, listed).Select(index => valueOf(shape.ValueAt(index, states)))],
                shape.Maximum == listed ? JsonExpressions.None : valueOf(shape.ValueAt(listed, states)),
                shape.Minimum,
                shape.Maximum);
    }
}
