using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>
/// Says whether a JSON Schema (draft 2020-12) holds of a value by walking through both: the plainest way to write it. It knows references
/// within the document and what the tests' schemas have.
/// </summary>
/// <param name="root">The document.</param>
internal sealed class ReferenceValidator(JsonElement root)
{
    /// <summary>Whether the document's schema holds of a value.</summary>
    public bool Holds(JsonElement value) => Evaluate(root, value) is not null;

    /// <summary>Whether two values are equal: numbers by value, members of objects in any order.</summary>
    public static bool AreEqual(JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        return left.ValueKind switch
        {
            JsonValueKind.Number => Number(left) == Number(right),
            JsonValueKind.String => left.GetString() == right.GetString(),
            JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength()
                && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => left.EnumerateObject().Count() == right.EnumerateObject().Count()
                && left.EnumerateObject().All(member =>
                    right.TryGetProperty(member.Name, out JsonElement other) && AreEqual(member.Value, other)),
            _ => true,
        };
    }

    // What the schema has evaluated, names and indices; null where it does not hold.
    private HashSet<string>? Evaluate(JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.True ? [] : null;
        }

        HashSet<string> evaluated = [];
        bool holds = (!Has(schema, "type", out JsonElement type) || Types(type).Any(name => IsOfType(value, name)))
            && (!Has(schema, "const", out JsonElement constant) || AreEqual(constant, value))
            && (!Has(schema, "enum", out JsonElement some) || some.EnumerateArray().Any(item => AreEqual(item, value)))
            && AssertsNumber(schema, value)
            && AssertsText(schema, value)
            && EvaluatesInPlace(schema, value, evaluated)
            && EvaluatesItems(schema, value, evaluated)
            && EvaluatesMembers(schema, value, evaluated)
            && EvaluatesOthers(schema, value, evaluated);
        return holds ? evaluated : null;
    }

    private static bool AssertsNumber(JsonElement schema, JsonElement value) => value.ValueKind != JsonValueKind.Number
        || ((!Has(schema, "minimum", out JsonElement minimum) || Number(value) >= Number(minimum))
            && (!Has(schema, "maximum", out JsonElement maximum) || Number(value) <= Number(maximum))
            && (!Has(schema, "exclusiveMinimum", out JsonElement above) || Number(value) > Number(above))
            && (!Has(schema, "exclusiveMaximum", out JsonElement below) || Number(value) < Number(below))
            && (!Has(schema, "multipleOf", out JsonElement divisor) || Number(value) % Number(divisor) == 0));

    private static bool AssertsText(JsonElement schema, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return true;
        }

        string text = value.GetString()!;
        int length = text.EnumerateRunes().Count();
        return IsWithin(schema, "minLength", "maxLength", length)
            && (!Has(schema, "pattern", out JsonElement pattern) || Regex.IsMatch(text, pattern.GetString()!, RegexOptions.ECMAScript));
    }

    private bool EvaluatesInPlace(JsonElement schema, JsonElement value, HashSet<string> evaluated)
    {
        if (Has(schema, "$ref", out JsonElement reference) && !TryAdd(Find(reference.GetString()!), value, evaluated))
        {
            return false;
        }

        if (Has(schema, "allOf", out JsonElement all) && !all.EnumerateArray().All(part => TryAdd(part, value, evaluated)))
        {
            return false;
        }

        if (Has(schema, "anyOf", out JsonElement any) && any.EnumerateArray().Count(part => TryAdd(part, value, evaluated)) == 0)
        {
            return false;
        }

        if (Has(schema, "oneOf", out JsonElement one) && one.EnumerateArray().Count(part => TryAdd(part, value, evaluated)) != 1)
        {
            return false;
        }

        if (Has(schema, "not", out JsonElement not) && Evaluate(not, value) is not null)
        {
            return false;
        }

        if (Has(schema, "if", out JsonElement condition))
        {
            string branch = TryAdd(condition, value, evaluated) ? "then" : "else";
            if (Has(schema, branch, out JsonElement next) && !TryAdd(next, value, evaluated))
            {
                return false;
            }
        }

        return !Has(schema, "dependentSchemas", out JsonElement dependent) || value.ValueKind != JsonValueKind.Object
            || dependent.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out _) || TryAdd(member.Value, value, evaluated));
    }

    private bool EvaluatesItems(JsonElement schema, JsonElement value, HashSet<string> evaluated)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return true;
        }

        JsonElement[] items = [.. value.EnumerateArray()];
        JsonElement[] prefix = Has(schema, "prefixItems", out JsonElement list) ? [.. list.EnumerateArray()] : [];
        for (int index = 0; index < items.Length; index++)
        {
            JsonElement? own = index < prefix.Length ? prefix[index] : Has(schema, "items", out JsonElement others) ? others : null;
            if (own is JsonElement part)
            {
                if (Evaluate(part, items[index]) is null)
                {
                    return false;
                }

                evaluated.Add(index.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (Has(schema, "contains", out JsonElement contains))
        {
            int[] found = [.. Enumerable.Range(0, items.Length).Where(index => Evaluate(contains, items[index]) is not null)];
            int least = Has(schema, "minContains", out JsonElement fewest) ? (int)Number(fewest) : 1;
            if (found.Length < least || (Has(schema, "maxContains", out JsonElement most) && found.Length > Number(most)))
            {
                return false;
            }

            evaluated.UnionWith(found.Select(index => index.ToString(CultureInfo.InvariantCulture)));
        }

        return IsWithin(schema, "minItems", "maxItems", items.Length)
            && (!Has(schema, "uniqueItems", out JsonElement unique) || unique.ValueKind != JsonValueKind.True
                || !items.Where((item, index) => items.Take(index).Any(before => AreEqual(before, item))).Any());
    }

    private bool EvaluatesMembers(JsonElement schema, JsonElement value, HashSet<string> evaluated)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        foreach (JsonProperty member in value.EnumerateObject())
        {
            List<JsonElement> parts = [];
            if (Has(schema, "properties", out JsonElement properties) && properties.TryGetProperty(member.Name, out JsonElement named))
            {
                parts.Add(named);
            }

            if (Has(schema, "patternProperties", out JsonElement patterns))
            {
                parts.AddRange(patterns.EnumerateObject()
                    .Where(pattern => Regex.IsMatch(member.Name, pattern.Name, RegexOptions.ECMAScript)).Select(pattern => pattern.Value));
            }

            if (parts.Count == 0 && Has(schema, "additionalProperties", out JsonElement additional))
            {
                parts.Add(additional);
            }

            if (parts.Any(part => Evaluate(part, member.Value) is null))
            {
                return false;
            }

            if (parts.Count > 0)
            {
                evaluated.Add(member.Name);
            }
        }

        return IsWithin(schema, "minProperties", "maxProperties", value.EnumerateObject().Count())
            && (!Has(schema, "required", out JsonElement required) || HasAll(value, required))
            && (!Has(schema, "propertyNames", out JsonElement names)
                || value.EnumerateObject().All(member => Evaluate(names, JsonSerializer.SerializeToElement(member.Name)) is not null))
            && (!Has(schema, "dependentRequired", out JsonElement dependent)
                || dependent.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out _) || HasAll(value, member.Value)));
    }

    private bool EvaluatesOthers(JsonElement schema, JsonElement value, HashSet<string> evaluated)
    {
        IEnumerable<(string Key, JsonElement Value)> parts = [];
        JsonElement others = default;
        if (value.ValueKind == JsonValueKind.Object && Has(schema, "unevaluatedProperties", out others))
        {
            parts = value.EnumerateObject().Select(member => (member.Name, member.Value));
        }
        else if (value.ValueKind == JsonValueKind.Array && Has(schema, "unevaluatedItems", out others))
        {
            parts = value.EnumerateArray().Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item));
        }

        foreach ((string key, JsonElement part) in parts)
        {
            if (!evaluated.Contains(key) && Evaluate(others, part) is null)
            {
                return false;
            }

            evaluated.Add(key);
        }

        return true;
    }

    private bool TryAdd(JsonElement schema, JsonElement value, HashSet<string> evaluated)
    {
        HashSet<string>? more = Evaluate(schema, value);
        evaluated.UnionWith(more ?? []);
        return more is not null;
    }

    private JsonElement Find(string reference) =>
        reference.Split('/').Skip(1).Aggregate(root, (element, step) => element.GetProperty(step));

    private static bool Has(JsonElement schema, string keyword, out JsonElement value) => schema.TryGetProperty(keyword, out value);

    private static bool HasAll(JsonElement value, JsonElement names) =>
        names.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));

    private static bool IsWithin(JsonElement schema, string least, string most, int count) =>
        (!Has(schema, least, out JsonElement minimum) || count >= Number(minimum))
        && (!Has(schema, most, out JsonElement maximum) || count <= Number(maximum));

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.String ? [type.GetString()!] : type.EnumerateArray().Select(name => name.GetString()!);

    private static bool IsOfType(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Null => type == "null",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Number => type == "number" || (type == "integer" && Number(value) % 1 == 0),
        JsonValueKind.String => type == "string",
        JsonValueKind.Array => type == "array",
        _ => type == "object",
    };

    private static decimal Number(JsonElement value) => value.GetDecimal();
}
