using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>Lists the values that fulfil a requirement, where they are few and none is an array or an object.</summary>
/// <param name="constants">The constants that schemas hold of.</param>
/// <param name="numbers">The numbers.</param>
/// <param name="strings">The texts.</param>
/// <param name="hasShapes">Whether arrays or objects fulfil a requirement.</param>
internal sealed class FiniteValues(
    ConstantSets constants, NumberSets numbers, StringSets strings, Func<Requirement, bool> hasShapes)
{
    /// <summary>The values, equal ones with equal keys; null where they are too many.</summary>
    /// <param name="requirement">The requirement.</param>
    /// <param name="most">The most values.</param>
    public IReadOnlyList<(string Key, GrammarExpression Value)>? TryList(Requirement requirement, int most)
    {
        if (hasShapes(requirement))
        {
            return null;
        }

        JsonTypes types = constants.Of(requirement).Types;
        List<(string Key, GrammarExpression Value)> values = [];
        AddConstant(JsonTypes.Null, "null");
        AddConstant(JsonTypes.True, "true");
        AddConstant(JsonTypes.False, "false");
        foreach (StringPart part in strings.Of(requirement).Parts)
        {
            if (part.ToAutomaton().TryList(most) is not IReadOnlyList<string> texts)
            {
                return null;
            }

            values.AddRange(texts.Where(text => !values.Any(value => value.Key == "\"" + text))
                .Select(text => ("\"" + text, JsonExpressions.StringOf(text))));
        }

        if (!AddNumbers(numbers.Of(requirement)))
        {
            return null;
        }

        return values.Count <= most ? values : null;

        void AddConstant(JsonTypes type, string name)
        {
            if ((types & type) != 0)
            {
                values.Add((name, JsonExpressions.Literal(name)));
            }
        }

        // A number has many texts; the shortest of each is the one that has neither a fraction of zeros nor the sign of −0.
        bool AddNumbers(CharacterAutomaton all)
        {
            while (!all.IsEmpty)
            {
                if (values.Count >= most)
                {
                    return false;
                }

                DecimalNumber number = DecimalNumber.Parse(all.Shortest());
                CharacterAutomaton one = JsonNumbers.EqualTo(number);
                values.Add((number.ToString(), JsonExpressions.NumberOf(one)));
                all -= one;
            }

            return true;
        }
    }
}
