using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>The objects that schemas hold of.</summary>
/// <param name="states">The schemas.</param>
/// <param name="strings">The texts that they hold of.</param>
/// <param name="emptiness">What nothing fulfils.</param>
internal sealed class ObjectSets(SchemaStates states, StringSets strings, Emptiness emptiness)
    : ShapeSets<ObjectShape>(states, JsonTypes.Object, JsonValueKind.Object)
{
    public override ObjectShape Free => ObjectShape.Free;

    protected override ObjectShape? Assert(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        List<ObjectRule> rules =
        [
            .. MemberRules(state, out NameSet evaluated).Select(rule => new ObjectRule(rule.Names, States.Require([rule.Schema.Holds]))),
            .. NameRules(state).Select(names => new ObjectRule(names, Requirement.Nothing)),
        ];
        ObjectShape shape = new()
        {
            Rules = [.. rules.Where(rule => rule.Value != Requirement.Anything && !rule.Names.IsNone)],
            Witnesses = [.. keywords.Required.Select(AnyValueOf)],
            Minimum = keywords.MinProperties ?? 0,
            Maximum = keywords.MaxProperties,
            Evaluated = evaluated,
            Place = state.Place,
        };
        return Checked(shape);
    }

    protected override IEnumerable<ObjectShape> Refute(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        foreach ((NameSet names, SchemaState schema) in MemberRules(state, out _))
        {
            if (Witness(state, names, schema.Fails) is ObjectShape shape)
            {
                yield return shape;
            }
        }

        foreach (NameSet names in NameRules(state))
        {
            yield return new ObjectShape { Witnesses = [new ObjectRule(names, Requirement.Anything)], Place = state.Place };
        }

        foreach (string name in keywords.Required)
        {
            yield return Without(state, name);
        }

        foreach ((string name, IReadOnlyList<string> dependents) in keywords.DependentRequired)
        {
            foreach (string dependent in dependents)
            {
                yield return new ObjectShape { Witnesses = [AnyValueOf(name)], Rules = [Never(dependent)], Place = state.Place };
            }
        }

        if (keywords.MinProperties > 0)
        {
            yield return new ObjectShape { Maximum = keywords.MinProperties - 1, Place = state.Place };
        }

        if (keywords.MaxProperties < int.MaxValue)
        {
            yield return new ObjectShape { Minimum = keywords.MaxProperties.Value + 1, Place = state.Place };
        }
    }

    protected override IEnumerable<IReadOnlyList<ObjectShape>> Choices(SchemaState state) =>
        state.Keywords.DependentRequired.Where(dependency => dependency.Value.Count > 0).Select(dependency => (IReadOnlyList<ObjectShape>)
        [
            Without(state, dependency.Key),
            new ObjectShape { Witnesses = [.. dependency.Value.Select(AnyValueOf)], Place = state.Place },
        ]);

    protected override IEnumerable<(ObjectShape Where, ObjectShape WhereNot, SchemaState Schema)> Conditions(SchemaState state) =>
        state.Keywords.DependentSchemas.Select(dependency => (
            new ObjectShape { Witnesses = [AnyValueOf(dependency.Key)], Place = state.Place },
            Without(state, dependency.Key),
            state.Child(dependency.Value)));

    protected override SchemaState? Unevaluated(SchemaState state) =>
        state.Keywords.UnevaluatedProperties is SchemaNode schema ? state.Child(schema) : null;

    protected override ObjectShape? WithUnevaluated(ObjectShape shape, SchemaState unevaluated)
    {
        NameSet others = ~shape.Evaluated;
        Requirement value = States.Require([unevaluated.Holds]);
        ObjectShape? with = others.IsNone || value == Requirement.Anything
            ? shape
            : And(shape, new ObjectShape { Rules = [new ObjectRule(others, value)], Place = unevaluated.Place });
        return with is null ? null : with with { Evaluated = NameSet.All };
    }

    protected override ObjectShape? WithoutUnevaluated(ObjectShape shape, SchemaState unevaluated) =>
        Witness(unevaluated, ~shape.Evaluated, unevaluated.Fails) is ObjectShape witness ? And(shape, witness) : null;

    // That a member is missing, or that it is there with some value: then it has that value wherever it is there.
    protected override IReadOnlyList<ObjectShape> Simplify(IReadOnlyList<ObjectShape> shapes)
    {
        HashSet<string> missing = new(
            shapes.Select(OnlyRule).Where(rule => rule?.Value == Requirement.Nothing).Select(rule => rule!.Names.Single).OfType<string>(),
            StringComparer.Ordinal);
        HashSet<string> merged = new(
            shapes.Select(shape => OnlyWitness(shape)?.Names.Single).OfType<string>().Where(missing.Contains), StringComparer.Ordinal);
        return merged.Count == 0 ? shapes :
        [
            .. shapes.Where(shape => OnlyRule(shape) is not ObjectRule rule || rule.Value != Requirement.Nothing
                    || rule.Names.Single is not string name || !merged.Contains(name))
                .Select(shape => OnlyWitness(shape) is ObjectRule witness && witness.Names.Single is string name && merged.Contains(name)
                    ? shape with { Rules = [witness], Witnesses = [] }
                    : shape),
        ];
    }

    protected override ObjectShape Forget(ObjectShape shape) => shape.Evaluated.IsNone ? shape : shape with { Evaluated = NameSet.None };

    protected override ObjectShape? And(ObjectShape left, ObjectShape right)
    {
        if (ReferenceEquals(right, Free) || ReferenceEquals(left, Free))
        {
            return ReferenceEquals(right, Free) ? left : right;
        }

        return Checked(new ObjectShape
        {
            Rules = [.. left.Rules.Union(right.Rules)],
            Witnesses = [.. left.Witnesses.Union(right.Witnesses)],
            Minimum = Math.Max(left.Minimum, right.Minimum),
            Maximum = left.Maximum is int most && right.Maximum is int otherMost ? Math.Min(most, otherMost) : left.Maximum ?? right.Maximum,
            Evaluated = left.Evaluated | right.Evaluated,
            Place = left.Place.Length > 0 ? left.Place : right.Place,
        });
    }

    protected override ObjectShape AndEvaluated(ObjectShape shape, ObjectShape implied) =>
        implied.Evaluated.IsNone ? shape : shape with { Evaluated = shape.Evaluated | implied.Evaluated };

    protected override bool Implies(ObjectShape shape, ObjectShape other) =>
        other.Minimum <= Math.Max(shape.Minimum, shape.Witnesses.Select(witness => witness.Names.Single).OfType<string>().Distinct().Count())
        && (other.Maximum is null || shape.Maximum <= other.Maximum)
        && other.Rules.All(rule => shape.Rules.Any(own => own.Names.Covers(rule.Names) && emptiness.Implies(own.Value, rule.Value)))
        && other.Witnesses.All(witness => shape.Witnesses.Any(own =>
            witness.Names.Covers(own.Names) && emptiness.Implies(ValueOf(shape, own), witness.Value)));

    private static ObjectRule? OnlyRule(ObjectShape shape) =>
        shape is { Rules.Count: 1, Witnesses.Count: 0, Minimum: 0, Maximum: null } ? shape.Rules[0] : null;

    private static ObjectRule? OnlyWitness(ObjectShape shape) =>
        shape is { Rules.Count: 0, Witnesses.Count: 1, Minimum: 0, Maximum: null } ? shape.Witnesses[0] : null;

    private static ObjectRule AnyValueOf(string name) => new(NameSet.Of(name), Requirement.Anything);

    private static ObjectRule Never(string name) => new(NameSet.Of(name), Requirement.Nothing);

    private static ObjectShape Without(SchemaState state, string name) => new() { Rules = [Never(name)], Place = state.Place };

    // Which members each schema is for, and which members all of them have evaluated.
    private List<(NameSet Names, SchemaState Schema)> MemberRules(SchemaState state, out NameSet evaluated)
    {
        SchemaKeywords keywords = state.Keywords;
        List<(NameSet Names, SchemaState Schema)> rules =
            [.. keywords.Properties.Select(property => (NameSet.Of(property.Key), state.Child(property.Value)))];
        evaluated = NameSet.Of(keywords.Properties.Select(property => property.Key));
        foreach ((string pattern, SchemaNode schema) in keywords.PatternProperties)
        {
            NameSet names = NameSet.Of(strings.Containing(pattern, state.Place + "/patternProperties"));
            rules.Add((names, state.Child(schema)));
            evaluated |= names;
        }

        if (keywords.AdditionalProperties is SchemaNode additional)
        {
            rules.Add((~evaluated, state.Child(additional)));
            evaluated = NameSet.All;
        }

        return rules;
    }

    // Names that no member may have.
    private IEnumerable<NameSet> NameRules(SchemaState state)
    {
        if (state.Keywords.PropertyNames is SchemaNode schema)
        {
            SchemaState names = state.Child(schema);
            NameSet others;
            try
            {
                others = ~NameSet.Of(strings.Of(names.Holds).ToAutomaton());
            }
            catch (GrammarException exception)
            {
                throw new GrammarException($"{names.Place} cannot be kept: {exception.Message}");
            }

            if (!others.IsNone)
            {
                yield return others;
            }
        }
    }

    private ObjectShape? Witness(SchemaState state, NameSet names, Literal literal) =>
        names.IsNone || States.Require([literal]) is not Requirement value || value == Requirement.Nothing
            ? null
            : Checked(new ObjectShape { Witnesses = [new ObjectRule(names, value)], Place = state.Place });

    // What a member that is a witness fulfils.
    private Requirement ValueOf(ObjectShape shape, ObjectRule witness) => States.Require(
    [
        witness.Value,
        .. shape.Index.Of(witness.Names),
        .. witness.Names.Single is null ? [] : shape.Witnesses.Where(other => other.Names.Equals(witness.Names)).Select(other => other.Value),
    ]);

    // The shape; null where surely nothing has it.
    private ObjectShape? Checked(ObjectShape shape) =>
        shape.Minimum > shape.Maximum
        || shape.Witnesses.Any(witness => emptiness.IsEmpty(ValueOf(shape, witness)))
        || shape.Witnesses.Select(witness => witness.Names.Single).OfType<string>().Distinct().Count() > shape.Maximum
            ? null
            : shape;
}
