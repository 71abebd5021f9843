using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>
/// Writes shapes of objects as expressions. Names that nothing tells apart are one member of the expression. A witness, a member that must be
/// there, is looked for among them: each way to find all witnesses is an alternative.
/// </summary>
/// <param name="states">The schemas.</param>
/// <param name="emptiness">What nothing fulfils.</param>
/// <param name="json">What JSON's expressions are made with.</param>
/// <param name="valueOf">The expression of what fulfils a requirement.</param>
internal sealed class ObjectWriter(
    SchemaStates states, Emptiness emptiness, JsonExpressions json, Func<Requirement, GrammarExpression> valueOf)
{
    private const int MostAlternatives = 1000;

    /// <summary>The objects of a shape.</summary>
    public GrammarExpression Write(ObjectShape shape)
    {
        if (shape.Rules.Count == 0 && shape.Witnesses.Count == 0)
        {
            // Names that are free may come twice, as no grammar remembers all names; each counts as one.
            return shape.Minimum == 0 && shape.Maximum is null
                ? json.Object
                : json.Map(JsonExpressions.String, json.Value, shape.Minimum, shape.Maximum);
        }

        List<NameClass> classes = NameClass.Of([.. shape.Rules.Concat(shape.Witnesses).Select(rule => rule.Names)], out List<string> listed);
        ILookup<string, Requirement> named = shape.Witnesses.Where(witness => witness.Names.Single is not null)
            .ToLookup(witness => witness.Names.Single!, witness => witness.Value, StringComparer.Ordinal);
        List<Slot> slots = [];
        foreach (NameClass names in classes)
        {
            bool isRequired = names.Name is not null && named.Contains(names.Name);
            Requirement value = states.Require([.. shape.Index.Of(names), .. isRequired ? named[names.Name!] : []]);
            if (!emptiness.IsEmpty(value))
            {
                slots.Add(new Slot(names, value, isRequired));
            }
            else if (isRequired)
            {
                return JsonExpressions.None;
            }
        }

        List<IReadOnlyList<Slot>> ways = [slots];
        foreach (ObjectRule witness in shape.Witnesses.Where(witness => witness.Names.Single is null))
        {
            ways = [.. ways.SelectMany(way => Place(way, witness))];
            if (ways.Count > MostAlternatives)
            {
                throw new GrammarException(
                    $"{shape.Place} has too many alternatives: members that must be there could be any of more than {MostAlternatives}.");
            }
        }

        return JsonExpressions.Choice([.. ways.Select(way => Write(shape, way, listed))]);
    }

    private IEnumerable<IReadOnlyList<Slot>> Place(IReadOnlyList<Slot> way, ObjectRule witness)
    {
        if (way.Any(slot => slot.IsRequired && slot.Names.IsIn(witness.Names) && emptiness.Implies(slot.Value, witness.Value)))
        {
            yield return way;
            yield break;
        }

        for (int index = 0; index < way.Count; index++)
        {
            Slot slot = way[index];
            Requirement value = states.Require([slot.Value, witness.Value]);
            if (!slot.Names.IsIn(witness.Names) || emptiness.IsEmpty(value))
            {
                continue;
            }

            // A name comes once. Among others the witness is one of them, or a member that is one already.
            bool isAnother = slot.Names.Name is null && !slot.IsRequired;
            Slot found = new(slot.Names, value, true);
            yield return isAnother ? [.. way, found] : [.. way.Take(index), found, .. way.Skip(index + 1)];
        }
    }

    private GrammarExpression Write(ObjectShape shape, IReadOnlyList<Slot> way, List<string> listed)
    {
        int required = way.Count(slot => slot.IsRequired);
        bool hasOthers = way.Any(slot => slot.Names.Name is null);
        if (required > shape.Maximum)
        {
            return JsonExpressions.None;
        }

        if (way.Count == 1 && hasOthers && listed.Count == 0)
        {
            Slot only = way[0];
            return json.Map(NameOf(only.Names, listed), valueOf(only.Value), Math.Max(shape.Minimum, only.IsRequired ? 1 : 0), shape.Maximum);
        }

        return json.ObjectInAnyOrder(
            [.. way.Select(slot => json.Member(NameOf(slot.Names, listed), valueOf(slot.Value), slot.IsRequired, slot.Names.Name is null))],
            shape.Minimum,
            shape.Maximum);
    }

    private static GrammarExpression NameOf(NameClass names, List<string> listed) => names.Name is not null
        ? JsonExpressions.StringOf(names.Name)
        : names.Others is not null
        ? JsonExpressions.StringOf(names.Others, JsonTextForm.Any)
        : listed.Count == 0
        ? JsonExpressions.String
        : JsonExpressions.StringOf(~CharacterAutomaton.Of(listed), JsonTextForm.Any);

    /// <summary>A member of the expression.</summary>
    /// <param name="Names">Its names.</param>
    /// <param name="Value">What its value fulfils.</param>
    /// <param name="IsRequired">Whether it is there.</param>
    private sealed record Slot(NameClass Names, Requirement Value, bool IsRequired);
}
