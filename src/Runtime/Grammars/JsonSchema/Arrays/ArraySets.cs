using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>The arrays that schemas hold of.</summary>
/// <param name="states">The schemas.</param>
/// <param name="emptiness">What nothing fulfils.</param>
internal sealed class ArraySets(SchemaStates states, Emptiness emptiness)
    : ShapeSets<ArrayShape>(states, JsonTypes.Array, JsonValueKind.Array)
{
    public override ArrayShape Free => ArrayShape.Free;

    protected override ArrayShape? Assert(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        int least = keywords.MinContains ?? 1;
        Literal? contains = keywords.Contains is SchemaNode schema ? state.Child(schema).Holds : null;
        return Checked(new ArrayShape
        {
            Rules =
            [
                .. Items(state).Select(items => new ItemRule(items.First, items.Last, States.Require([items.Schema.Holds])))
                    .Where(rule => rule.Value != Requirement.Anything),
            ],
            Counts = contains is Literal counted && (least > 0 || keywords.MaxContains is not null)
                ? [new ItemCount(0, int.MaxValue, States.Require([counted]), least, keywords.MaxContains)]
                : [],
            Minimum = keywords.MinItems ?? 0,
            Maximum = keywords.MaxItems,
            IsUnique = keywords.UniqueItems,
            Evaluated = keywords.Items is null ? keywords.PrefixItems.Count : int.MaxValue,
            EvaluatedItems = contains is Literal evaluated ? [evaluated] : [],
            Place = state.Place,
        });
    }

    protected override IEnumerable<ArrayShape> Refute(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        foreach ((int first, int last, SchemaState schema) in Items(state))
        {
            if (Checked(Witness(state, first, last, States.Require([schema.Fails]))) is ArrayShape shape)
            {
                yield return shape;
            }
        }

        if (keywords.Contains is SchemaNode contains)
        {
            Requirement counted = States.Require([state.Child(contains).Holds]);
            int least = keywords.MinContains ?? 1;
            if (least > 0)
            {
                yield return new ArrayShape { Counts = [new ItemCount(0, int.MaxValue, counted, 0, least - 1)], Place = state.Place };
            }

            if (keywords.MaxContains < int.MaxValue)
            {
                yield return new ArrayShape
                {
                    Counts = [new ItemCount(0, int.MaxValue, counted, keywords.MaxContains.Value + 1, null)], Place = state.Place,
                };
            }
        }

        if (keywords.MinItems > 0)
        {
            yield return new ArrayShape { Maximum = keywords.MinItems - 1, Place = state.Place };
        }

        if (keywords.MaxItems < int.MaxValue)
        {
            yield return new ArrayShape { Minimum = keywords.MaxItems.Value + 1, Place = state.Place };
        }

        if (keywords.UniqueItems)
        {
            yield return new ArrayShape { HasEqual = true, Place = state.Place };
        }
    }

    protected override SchemaState? Unevaluated(SchemaState state) =>
        state.Keywords.UnevaluatedItems is SchemaNode schema ? state.Child(schema) : null;

    protected override ArrayShape? WithUnevaluated(ArrayShape shape, SchemaState unevaluated)
    {
        SchemaState evaluatedToo =
            shape.EvaluatedItems.Count == 0 ? unevaluated : unevaluated.AnyOf([.. shape.EvaluatedItems, unevaluated.Holds]);
        Requirement value = States.Require([evaluatedToo.Holds]);
        ArrayShape? with = shape.Evaluated == int.MaxValue || value == Requirement.Anything
            ? shape
            : And(shape, new ArrayShape { Rules = [new ItemRule(shape.Evaluated, int.MaxValue, value)], Place = unevaluated.Place });
        return with is null ? null : with with { Evaluated = int.MaxValue };
    }

    protected override ArrayShape? WithoutUnevaluated(ArrayShape shape, SchemaState unevaluated) => shape.Evaluated == int.MaxValue
        ? null
        : And(shape, Witness(
            unevaluated,
            shape.Evaluated,
            int.MaxValue,
            States.Require([unevaluated.Fails, .. shape.EvaluatedItems.Select(literal => !literal)])));

    protected override ArrayShape Forget(ArrayShape shape) =>
        shape.Evaluated == 0 && shape.EvaluatedItems.Count == 0 ? shape : shape with { Evaluated = 0, EvaluatedItems = [] };

    protected override ArrayShape? And(ArrayShape left, ArrayShape right) => ReferenceEquals(right, Free) || ReferenceEquals(left, Free)
        ? ReferenceEquals(right, Free) ? left : right
        : Checked(new ArrayShape
        {
            Rules = [.. left.Rules.Union(right.Rules)],
            Counts = [.. left.Counts.Union(right.Counts)],
            Minimum = Math.Max(left.Minimum, right.Minimum),
            Maximum = left.Maximum is int most && right.Maximum is int otherMost ? Math.Min(most, otherMost) : left.Maximum ?? right.Maximum,
            IsUnique = left.IsUnique || right.IsUnique,
            HasEqual = left.HasEqual || right.HasEqual,
            Evaluated = Math.Max(left.Evaluated, right.Evaluated),
            EvaluatedItems = [.. left.EvaluatedItems.Union(right.EvaluatedItems)],
            Place = left.Place.Length > 0 ? left.Place : right.Place,
        });

    protected override ArrayShape AndEvaluated(ArrayShape shape, ArrayShape implied) =>
        implied.Evaluated == 0 && implied.EvaluatedItems.Count == 0 ? shape : shape with
        {
            Evaluated = Math.Max(shape.Evaluated, implied.Evaluated),
            EvaluatedItems = [.. shape.EvaluatedItems.Union(implied.EvaluatedItems)],
        };

    protected override bool Implies(ArrayShape shape, ArrayShape other) =>
        other.Minimum <= shape.Minimum
        && (other.Maximum is null || shape.Maximum <= other.Maximum)
        && (!other.IsUnique || shape.IsUnique || shape.Maximum <= 1)
        && (!other.HasEqual || shape.HasEqual)
        && other.Rules.All(rule => rule.First >= shape.Maximum || shape.Rules.Any(own =>
            own.First <= rule.First && own.Last >= rule.Last && emptiness.Implies(own.Value, rule.Value)))
        && other.Counts.All(count => shape.Counts.Contains(count) || (count is { Minimum: 1, Maximum: null } && IsThere(shape, count)));

    // Whether an item that is there anyway surely fulfils what is counted.
    private bool IsThere(ArrayShape shape, ItemCount count)
    {
        for (int index = count.First; index < shape.Minimum && index <= count.Last && index < shape.Rules.Count + count.First + 1; index++)
        {
            if (emptiness.Implies(shape.ValueAt(index, States), count.Value))
            {
                return true;
            }
        }

        return false;
    }

    // What the items of each schema are.
    private static List<(int First, int Last, SchemaState Schema)> Items(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        List<(int First, int Last, SchemaState Schema)> items =
            [.. keywords.PrefixItems.Select((schema, index) => (index, index, state.Child(schema)))];
        if (keywords.Items is SchemaNode others)
        {
            items.Add((keywords.PrefixItems.Count, int.MaxValue, state.Child(others)));
        }

        return items;
    }

    private static ArrayShape Witness(SchemaState state, int first, int last, Requirement value) => new()
    {
        Minimum = first == int.MaxValue ? first : first + 1,
        Counts = [new ItemCount(first, last, value, 1, null)],
        Place = state.Place,
    };

    // The shape, no longer than its rules allow; null where surely nothing has it.
    private ArrayShape? Checked(ArrayShape shape)
    {
        foreach (ItemRule rule in shape.Rules)
        {
            if ((shape.Maximum is not int maximum || maximum > rule.First) && emptiness.IsEmpty(shape.ValueAt(rule.First, States)))
            {
                shape = shape with { Maximum = rule.First };
            }
        }

        return shape.Minimum > shape.Maximum
            || (shape.HasEqual && (shape.IsUnique || shape.Maximum <= 1))
            || shape.Counts.Any(count => count.Minimum > count.Maximum || (count.Minimum > 0 && IsImpossible(shape, count)))
                ? null
                : shape;
    }

    private bool IsImpossible(ArrayShape shape, ItemCount count) =>
        emptiness.IsEmpty(count.Value)
        || shape.Maximum - count.First < count.Minimum
        || (count.First == count.Last && emptiness.IsEmpty(States.Require([shape.ValueAt(count.First, States), count.Value])));
}
