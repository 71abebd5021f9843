using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.Json;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>Reads the keywords of a schema. Those that it does not know are annotations, as JSON Schema has it.</summary>
/// <param name="node">The schema.</param>
internal sealed class SchemaKeywordsReader(SchemaNode node)
{
    // Keywords that validate in one draft and mean nothing in the other: somebody who writes them expects more than nothing.
    private static readonly string[] OnlyDraft7 = ["additionalItems", "dependencies", "$recursiveRef", "$recursiveAnchor"];

    private static readonly string[] OnlyDraft202012 =
    [
        "prefixItems", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties", "dependentRequired", "dependentSchemas",
        "$dynamicRef", "$anchor",
    ];

    // Keywords that a value may fail for, alone or with others.
    private static readonly HashSet<string> Asserting = new(StringComparer.Ordinal)
    {
        "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "type", "const", "enum", "minimum", "exclusiveMinimum",
        "maximum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "prefixItems", "items", "additionalItems",
        "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems", "properties", "patternProperties",
        "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
        "dependencies", "unevaluatedProperties",
    };

    // By keyword; of several with one name the last one counts.
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    private bool IsDraft7 => node.Resource.Draft == SchemaDraft.Draft7;

    public SchemaKeywords Read()
    {
        switch (node.Element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                bool isTrue = node.Element.ValueKind == JsonValueKind.True;
                return new SchemaKeywords { Boolean = isTrue, IsTrue = isTrue };
            case not JsonValueKind.Object:
                throw new GrammarException($"{node.Place} is not a schema: neither an object nor true nor false.");
        }

        int asserting = 0;
        foreach (JsonProperty member in node.Element.EnumerateObject())
        {
            _members[member.Name] = member.Value;
            asserting += Asserting.Contains(member.Name) ? 1 : 0;
        }

        if (IsDraft7 && Find("$ref") is not null)
        {
            return new SchemaKeywords { Reference = Text("$ref"), IsReference = true };
        }

        foreach (string keyword in IsDraft7 ? OnlyDraft202012 : OnlyDraft7)
        {
            if (Find(keyword) is not null)
            {
                throw Error(
                    keyword,
                    $"is no keyword of draft {(IsDraft7 ? "7" : "2020-12")}, which the schema is read as: say its draft with $schema");
            }
        }

        SchemaKeywords keywords = ReadApplicators() with
        {
            IsTrue = asserting == 0,
            IsReference = asserting == 1 && Find("$ref") is not null,
        };
        return node.Resource.Validates ? ReadAssertions(keywords) : keywords;
    }

    private SchemaKeywords ReadApplicators()
    {
        bool hasItemList = Find("items") is JsonElement { ValueKind: JsonValueKind.Array };
        if (hasItemList && !IsDraft7)
        {
            throw Error("items", "is an array, which is prefixItems in draft 2020-12: use that, or say the schema's draft with $schema");
        }

        return new SchemaKeywords
        {
            Reference = Text("$ref"),
            DynamicReference = Text("$dynamicRef"),
            AllOf = Schemas("allOf") ?? [],
            AnyOf = Schemas("anyOf"),
            OneOf = Schemas("oneOf"),
            Not = Schema("not"),
            If = Schema("if"),
            Then = Schema("then"),
            Else = Schema("else"),
            PrefixItems = Schemas(hasItemList ? "items" : "prefixItems") ?? [],
            Items = hasItemList ? Schema("additionalItems") : Schema("items"),
            Contains = Schema("contains"),
            UnevaluatedItems = Schema("unevaluatedItems"),
            Properties = SchemasByName("properties"),
            PatternProperties = SchemasByName("patternProperties"),
            AdditionalProperties = Schema("additionalProperties"),
            PropertyNames = Schema("propertyNames"),
            DependentSchemas = IsDraft7 ? Dependencies(JsonValueKind.Object) : SchemasByName("dependentSchemas"),
            UnevaluatedProperties = Schema("unevaluatedProperties"),
        };
    }

    private SchemaKeywords ReadAssertions(SchemaKeywords applicators) => applicators with
    {
        Types = Types(),
        Constants = Constants(),
        Minimum = Number("minimum"),
        ExclusiveMinimum = Number("exclusiveMinimum"),
        Maximum = Number("maximum"),
        ExclusiveMaximum = Number("exclusiveMaximum"),
        MultipleOf = Number("multipleOf") is not DecimalNumber divisor ? null
            : divisor.IsZero || divisor.IsNegative ? throw Error("multipleOf", "is not more than 0")
            : divisor,
        MinLength = Count("minLength"),
        MaxLength = Count("maxLength"),
        Pattern = Text("pattern"),
        Format = Text("format"),
        MinContains = Count("minContains"),
        MaxContains = Count("maxContains"),
        MinItems = Count("minItems"),
        MaxItems = Count("maxItems"),
        UniqueItems = Flag("uniqueItems"),
        Required = Texts("required", Find("required")),
        MinProperties = Count("minProperties"),
        MaxProperties = Count("maxProperties"),
        DependentRequired = DependentRequired(),
    };

    private JsonElement? Find(string keyword) => _members.TryGetValue(keyword, out JsonElement value) ? value : null;

    private GrammarException Error(string keyword, string what) => new($"{node.Place}/{keyword} {what}.");

    private SchemaNode? Schema(string keyword) => Find(keyword) is null ? null : node.Child(keyword);

    private List<SchemaNode>? Schemas(string keyword)
    {
        if (Find(keyword) is not JsonElement value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Error(keyword, "is not an array with at least one schema");
        }

        return
        [
            .. Enumerable.Range(0, value.GetArrayLength()).Select(index => node.Child(keyword, index.ToString(CultureInfo.InvariantCulture))),
        ];
    }

    private IReadOnlyList<KeyValuePair<string, SchemaNode>> SchemasByName(string keyword) => Find(keyword) is JsonElement value
        ? [.. Members(keyword, value).Select(member => KeyValuePair.Create(member.Name, node.Child(keyword, member.Name)))]
        : [];

    private JsonElement.ObjectEnumerator Members(string keyword, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Error(keyword, "is not an object");

    // Draft 7 has one keyword for both kinds of dependencies: names, and a schema.
    private IReadOnlyList<KeyValuePair<string, SchemaNode>> Dependencies(JsonValueKind kind) => Find("dependencies") is JsonElement value
        ?
        [
            .. Members("dependencies", value)
                .Where(member => (member.Value.ValueKind == JsonValueKind.Array) == (kind == JsonValueKind.Array))
                .Select(member => KeyValuePair.Create(member.Name, node.Child("dependencies", member.Name))),
        ]
        : [];

    private IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> DependentRequired()
    {
        if (IsDraft7)
        {
            return
            [
                .. Dependencies(JsonValueKind.Array).Select(dependency =>
                    KeyValuePair.Create(dependency.Key, Texts("dependencies/" + dependency.Key, dependency.Value.Element))),
            ];
        }

        return Find("dependentRequired") is JsonElement value
            ?
            [
                .. Members("dependentRequired", value)
                    .Select(member => KeyValuePair.Create(member.Name, Texts("dependentRequired/" + member.Name, member.Value))),
            ]
            : [];
    }

    private IReadOnlyList<string> Texts(string keyword, JsonElement? value) => value switch
    {
        null => [],
        JsonElement { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. array.EnumerateArray().Select(item => item.GetString()!).Distinct()],
        _ => throw Error(keyword, "is not an array of strings"),
    };

    private string? Text(string keyword) => Find(keyword) switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Error(keyword, "is not a string"),
    };

    private bool Flag(string keyword) => Find(keyword)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Error(keyword, "is neither true nor false"),
    };

    private DecimalNumber? Number(string keyword)
    {
        switch (Find(keyword))
        {
            case null:
                return null;
            case JsonElement { ValueKind: JsonValueKind.Number } value:
                try
                {
                    return DecimalNumber.Parse(value.GetRawText());
                }
                catch (GrammarException exception)
                {
                    throw Error(keyword, "is out of range: " + exception.Message.TrimEnd('.'));
                }

            default:
                throw Error(keyword, "is not a number");
        }
    }

    private int? Count(string keyword)
    {
        if (Number(keyword) is not DecimalNumber number)
        {
            return null;
        }

        if (number.IsNegative || !number.IsInteger)
        {
            throw Error(keyword, "is not an integer from 0 on");
        }

        return int.TryParse(number.Integer, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : int.MaxValue;
    }

    private JsonTypes Types()
    {
        switch (Find("type"))
        {
            case null:
                return JsonTypes.All;
            case JsonElement { ValueKind: JsonValueKind.String } name:
                return TypeOf(name);
            case JsonElement { ValueKind: JsonValueKind.Array } names:
                return names.EnumerateArray().Aggregate(JsonTypes.None, (types, name) => types | TypeOf(name));
            default:
                throw Error("type", "is neither a string nor an array");
        }

        JsonTypes TypeOf(JsonElement name) => (name.ValueKind == JsonValueKind.String ? name.GetString() : "") switch
        {
            "null" => JsonTypes.Null,
            "boolean" => JsonTypes.True | JsonTypes.False,
            "integer" => JsonTypes.Integer,
            "number" => JsonTypes.Number,
            "string" => JsonTypes.String,
            "array" => JsonTypes.Array,
            "object" => JsonTypes.Object,
            _ => throw Error("type", $"has {name.GetRawText()}, which is none of null, boolean, integer, number, string, array and object"),
        };
    }

    private List<IReadOnlyList<SchemaConstant>> Constants()
    {
        List<IReadOnlyList<SchemaConstant>> lists = [];
        if (Find("const") is JsonElement one)
        {
            lists.Add([new SchemaConstant(one, node.Pointer + "/const")]);
        }

        if (Find("enum") is JsonElement some)
        {
            if (some.ValueKind != JsonValueKind.Array)
            {
                throw Error("enum", "is not an array");
            }

            lists.Add([.. some.EnumerateArray().Select((value, index) => new SchemaConstant(
                value, node.Pointer + "/enum/" + index.ToString(CultureInfo.InvariantCulture)))]);
        }

        return lists;
    }
}
