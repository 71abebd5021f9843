using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>
/// Writes arrays without equal items, where the items have few values: an array is a path through sets of values that have been. Which values
/// those are a grammar cannot remember where there is no end of them, and then it is refused.
/// </summary>
/// <param name="states">The schemas.</param>
/// <param name="json">What JSON's expressions are made with.</param>
/// <param name="values">The values that fulfil requirements.</param>
internal sealed class UniqueItemsWriter(SchemaStates states, JsonExpressions json, FiniteValues values)
{
    private const int MostValues = 10;

    private readonly Dictionary<(int Index, int Seen), GrammarExpression> _known = [];
    private readonly List<string> _keys = [];

    /// <summary>The arrays of a shape.</summary>
    public GrammarExpression Write(ArrayShape shape)
    {
        if (shape.Counts.Count > 0)
        {
            throw new GrammarException($"{shape.Place}/uniqueItems cannot be kept together with contains.");
        }

        // Items with rules of their own, then all the others, of which there are no more than values.
        int listed = shape.Rules.Select(rule => rule.Last == int.MaxValue ? rule.First : rule.Last + 1).DefaultIfEmpty(0).Max();
        List<IReadOnlyList<(string Key, GrammarExpression Value)>> items = [];
        for (int index = 0; index <= listed && (shape.Maximum is not int maximum || index < maximum); index++)
        {
            items.Add(values.TryList(shape.ValueAt(index, states), MostValues) ?? throw Refused(shape));
            _keys.AddRange(items[index].Select(value => value.Key).Except(_keys).ToArray());
        }

        return _keys.Count > MostValues
            ? throw Refused(shape)
            : json.Enclose('[', Rest(shape, items, 0, 0), ']');
    }

    private GrammarExpression Rest(ArrayShape shape, List<IReadOnlyList<(string Key, GrammarExpression Value)>> items, int index, int seen)
    {
        if (_known.TryGetValue((index, seen), out GrammarExpression? known))
        {
            return known;
        }

        List<GrammarExpression> ways = [];
        if (index >= shape.Minimum)
        {
            ways.Add(JsonExpressions.Empty);
        }

        if (items.Count > 0 && (shape.Maximum is not int maximum || index < maximum))
        {
            foreach ((string key, GrammarExpression value) in items[Math.Min(index, items.Count - 1)])
            {
                int bit = 1 << _keys.IndexOf(key);
                if ((seen & bit) == 0)
                {
                    GrammarExpression item = index == 0 ? value : JsonExpressions.Sequence(json.Separator, value);
                    ways.Add(JsonExpressions.Sequence(item, Rest(shape, items, index + 1, seen | bit)));
                }
            }
        }

        GrammarExpression rest = JsonExpressions.Choice(ways);
        rest = ways.Count == 1 && index >= shape.Minimum ? rest : json.Rule(shape.Place + " (unique items)", rest);
        _known.Add((index, seen), rest);
        return rest;
    }

    private static GrammarException Refused(ArrayShape shape) => new(
        $"{shape.Place}/uniqueItems cannot be kept: a grammar cannot remember all items. It can where the items have at most {MostValues} "
        + "values, such as those of an enum.");
}
