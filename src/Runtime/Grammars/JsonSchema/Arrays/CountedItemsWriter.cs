using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>Writes arrays whose items are counted by what they fulfil.</summary>
/// <param name="states">The schemas.</param>
/// <param name="emptiness">What nothing fulfils.</param>
/// <param name="json">What JSON's expressions are made with.</param>
/// <param name="valueOf">The expression of what fulfils a requirement.</param>
internal sealed class CountedItemsWriter(
    SchemaStates states, Emptiness emptiness, JsonExpressions json, Func<Requirement, GrammarExpression> valueOf)
{
    private const int MostStates = 1000;

    private readonly Dictionary<string, GrammarExpression> _known = new(StringComparer.Ordinal);

    /// <summary>The arrays of a shape.</summary>
    public GrammarExpression Write(ArrayShape shape)
    {
        // Behind so many items, one more makes no difference but for the counts.
        long enough = shape.Minimum;
        foreach (int place in shape.Rules.SelectMany(rule => new[] { rule.First, rule.Last })
            .Concat(shape.Counts.SelectMany(count => new[] { count.First, count.Last })).Where(place => place != int.MaxValue))
        {
            enough = Math.Max(enough, place + 1L);
        }

        enough = shape.Maximum ?? enough;
        if (enough > MostStates)
        {
            throw TooLarge(shape);
        }

        return json.Enclose('[', Rest(shape, (int)enough, 0, new int[shape.Counts.Count]), ']');
    }

    // What may follow behind some items, without the space before the closing bracket.
    private GrammarExpression Rest(ArrayShape shape, int enough, int index, int[] counts)
    {
        string key = index + ":" + string.Join(',', counts);
        if (_known.TryGetValue(key, out GrammarExpression? known))
        {
            return known;
        }

        if (_known.Count == MostStates)
        {
            throw TooLarge(shape);
        }

        List<GrammarExpression> ends = [];
        List<GrammarExpression> loops = [];
        if (index >= shape.Minimum && shape.Counts.Select((count, number) => counts[number] >= count.Minimum).All(reached => reached))
        {
            ends.Add(JsonExpressions.Empty);
        }

        if (index < shape.Maximum || shape.Maximum is null)
        {
            foreach ((Requirement value, int[] next) in Items(shape, index, counts))
            {
                GrammarExpression item = index == 0 ? valueOf(value) : JsonExpressions.Sequence(json.Separator, valueOf(value));
                int following = Math.Min(index + 1, enough);
                if (following == index && next.SequenceEqual(counts))
                {
                    loops.Add(item);
                }
                else
                {
                    ends.Add(JsonExpressions.Sequence(item, Rest(shape, enough, following, next)));
                }
            }
        }

        GrammarExpression rest = JsonExpressions.Choice(ends);
        if (loops.Count > 0)
        {
            rest = JsonExpressions.Sequence(new RepetitionExpression(JsonExpressions.Choice(loops), 0, null), rest);
        }

        // Many states lead here: as a rule it is written once.
        rest = rest is SequenceExpression { Items.Count: 0 } ? rest : json.Rule(shape.Place + " (items)", rest);
        _known.Add(key, rest);
        return rest;
    }

    // What the next item may be, each with the counts behind it.
    private List<(Requirement Value, int[] Counts)> Items(ArrayShape shape, int index, int[] counts)
    {
        List<(Requirement Value, int[] Counts)> items = [(shape.ValueAt(index, states), counts)];
        for (int number = 0; number < counts.Length; number++)
        {
            ItemCount count = shape.Counts[number];
            if (index < count.First || index > count.Last)
            {
                continue;
            }

            // Where there is a most, each item is counted or is not what is counted; else as few are as must be.
            List<(Requirement Value, int[] Counts)> split = [];
            foreach ((Requirement value, int[] next) in items)
            {
                bool mayCount = count.Maximum is int maximum ? next[number] < maximum : next[number] < count.Minimum;
                if (mayCount)
                {
                    int[] counted = [.. next];
                    counted[number]++;
                    split.Add((states.Require([value, count.Value]), counted));
                }

                split.Add((count.Maximum is null ? value : states.Require([value, Complement(count.Value)]), next));
            }

            items = [.. split.Where(item => !emptiness.IsEmpty(item.Value))];
        }

        return items;
    }

    private Requirement Complement(Requirement value) =>
        value == Requirement.Anything ? Requirement.Nothing
        : value == Requirement.Nothing ? Requirement.Anything
        : states.Require([!value.Literals.Single()]);

    private static GrammarException TooLarge(ArrayShape shape) => new(
        $"{shape.Place} counts items by what they are in more than {MostStates} states: use smaller numbers of items.");
}
