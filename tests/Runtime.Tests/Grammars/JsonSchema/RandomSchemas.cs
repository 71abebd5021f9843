using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>Small schemas of all kinds, and small values that come close to them.</summary>
/// <param name="random">Where they come from.</param>
internal sealed class RandomSchemas(Random random)
{
    private static readonly string[] Names = ["a", "b", "ab", "c"];
    private static readonly string[] Patterns = ["^a", "b", "^[ab]$", "^.$", "a|c"];
    private static readonly string[] Texts = ["", "a", "b", "ab", "abc", "\u00e9"];
    private static readonly string[] Numbers = ["0", "1", "2", "-1", "1.5", "3.0", "10"];

    /// <summary>A schema with a definition that it may refer to.</summary>
    public JsonNode Document()
    {
        JsonNode schema = Schema(2);
        if (schema is JsonObject keywords)
        {
            keywords["$defs"] = new JsonObject { ["d"] = Schema(1, false) };
        }

        return schema;
    }

    /// <summary>A value.</summary>
    public JsonNode? Value(int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => Number(),
        3 or 4 => JsonValue.Create(Pick(Texts)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth - 1))]),
        _ => Object(random.Next(4), _ => Value(depth - 1)),
    };

    private JsonNode Schema(int depth, bool mayRefer = true)
    {
        if (random.Next(12) == 0)
        {
            return JsonValue.Create(random.Next(3) > 0);
        }

        JsonObject schema = [];
        for (int keywords = 1 + random.Next(3); keywords > 0; keywords--)
        {
            AddKeyword(schema, depth, mayRefer);
        }

        return schema;
    }

    private void AddKeyword(JsonObject schema, int depth, bool mayRefer)
    {
        JsonNode Part() => Schema(depth - 1, mayRefer);
        JsonArray Parts() => new([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Part())]);
        switch (random.Next(depth > 0 ? 34 : 15))
        {
            case 0 or 1:
                schema["type"] = Pick(["null", "boolean", "integer", "number", "string", "array", "object"]);
                break;
            case 2:
                schema["type"] = new JsonArray(Pick(["null", "boolean", "integer"]), Pick(["string", "array", "object"]));
                break;
            case 3:
                schema["const"] = Value(1);
                break;
            case 4:
                schema["enum"] = new JsonArray([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Value(1))]);
                break;
            case 5:
                schema[Pick(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])] = Number();
                break;
            case 6:
                schema["multipleOf"] = JsonNode.Parse(Pick(["1", "2", "0.5", "1.5"]));
                break;
            case 7:
                schema[Pick(["minLength", "maxLength"])] = random.Next(3);
                break;
            case 8:
                schema["pattern"] = Pick(Patterns);
                break;
            case 9:
                schema[Pick(["minItems", "maxItems"])] = random.Next(3);
                break;
            case 10:
                schema["maxProperties"] = random.Next(3);
                break;
            case 11:
                schema["minProperties"] = random.Next(4);
                break;
            case 12 or 13:
                schema["required"] = new JsonArray([.. Names.Where(_ => random.Next(3) == 0).Select(name => JsonValue.Create(name))]);
                break;
            case 14:
                schema["dependentRequired"] = new JsonObject { [Pick(Names)] = new JsonArray(Pick(Names)) };
                break;
            case 15 or 16:
                schema["properties"] = Object(1 + random.Next(2), _ => Part());
                break;
            case 17:
                schema["patternProperties"] = new JsonObject { [Pick(Patterns)] = Part() };
                break;
            case 18:
                schema["additionalProperties"] = Part();
                break;
            case 19:
                schema["propertyNames"] = Part();
                break;
            case 20:
                schema["prefixItems"] = Parts();
                break;
            case 21:
                schema["items"] = Part();
                break;
            case 22:
                schema["contains"] = Part();
                schema[Pick(["minContains", "maxContains"])] = random.Next(3);
                break;
            case 23:
                schema["unevaluatedProperties"] = Part();
                break;
            case 24:
                schema["unevaluatedItems"] = Part();
                break;
            case 25:
                schema["dependentSchemas"] = new JsonObject { [Pick(Names)] = Part() };
                break;
            case 26 or 27:
                schema["allOf"] = Parts();
                break;
            case 28:
                schema["anyOf"] = Parts();
                break;
            case 29 or 30:
                schema["oneOf"] = Parts();
                break;
            case 31:
                schema["not"] = Part();
                break;
            case 32 when mayRefer:
                schema["$ref"] = "#/$defs/d";
                break;
            default:
                schema["if"] = Part();
                schema["then"] = Part();
                schema["else"] = Part();
                break;
        }
    }

    private JsonNode Number() => JsonNode.Parse(Pick(Numbers))!;

    private JsonObject Object(int count, Func<string, JsonNode?> value)
    {
        JsonObject result = [];
        foreach (string name in Names.OrderBy(_ => random.Next()).Take(count))
        {
            result[name] = value(name);
        }

        return result;
    }

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
