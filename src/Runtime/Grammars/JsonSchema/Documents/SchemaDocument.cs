using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>A document with schemas: which of them have URIs and anchors, and schemas by their places.</summary>
internal sealed class SchemaDocument
{
    private const int DeepestNesting = 500;

    // Keywords whose value is a schema, a list of schemas (or one), or an object of schemas.
    private static readonly HashSet<string> OfSchema = new(StringComparer.Ordinal)
    {
        "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then", "unevaluatedItems",
        "unevaluatedProperties", "additionalItems",
    };

    private static readonly HashSet<string> OfSchemas = new(StringComparer.Ordinal) { "allOf", "anyOf", "oneOf", "prefixItems", "items" };

    private static readonly HashSet<string> OfNamedSchemas = new(StringComparer.Ordinal)
    {
        "$defs", "definitions", "dependentSchemas", "patternProperties", "properties", "dependencies",
    };

    private readonly SchemaDocuments _documents;
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _constants = new(StringComparer.Ordinal);

    /// <param name="documents">All of them.</param>
    /// <param name="uri">Where the document was got.</param>
    /// <param name="name">What messages call it; empty for the schema itself.</param>
    /// <param name="element">Its text.</param>
    public SchemaDocument(SchemaDocuments documents, Uri uri, string name, JsonElement element)
    {
        _documents = documents;
        Name = name;
        Root = AddRoot(uri, element);
    }

    public string Name { get; }

    public SchemaNode Root { get; }

    /// <summary>The schema at a place below another one.</summary>
    /// <param name="from">The other one.</param>
    /// <param name="path">Names and indices that lead there.</param>
    /// <exception cref="GrammarException">There is nothing.</exception>
    public SchemaNode Find(SchemaNode from, IEnumerable<string> path)
    {
        // Most are known by their pointer; others lie where no schema is looked for, and are one because something refers to them.
        string[] steps = [.. path];
        if (_nodes.TryGetValue(steps.Aggregate(from.Pointer, Append), out SchemaNode? found))
        {
            return found;
        }

        JsonElement element = from.Element;
        string pointer = from.Pointer;
        SchemaResource resource = from.Resource;
        foreach (string step in steps)
        {
            pointer = Append(pointer, step);
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(step, out JsonElement member))
            {
                element = member;
            }
            else if (element.ValueKind == JsonValueKind.Array
                && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else
            {
                throw new GrammarException($"{Name}#{pointer} is not there, though the schema refers to it.");
            }

            if (_nodes.TryGetValue(pointer, out SchemaNode? known))
            {
                resource = known.Resource;
            }
        }

        return Scan(element, resource, pointer);
    }

    /// <summary>The schema of a constant: what <c>const</c> says, by other keywords where the value is an array or an object.</summary>
    /// <param name="schema">The schema that has the constant.</param>
    /// <param name="constant">The constant.</param>
    public SchemaNode FindConstant(SchemaNode schema, SchemaConstant constant) => FindConstant(schema, constant, 0);

    private SchemaNode FindConstant(SchemaNode schema, SchemaConstant constant, int depth)
    {
        if (_constants.TryGetValue(constant.Pointer, out SchemaNode? known))
        {
            return known;
        }

        CheckDepth(depth, constant.Pointer);
        JsonElement value = constant.Value;
        SchemaKeywords keywords;
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                int count = value.GetArrayLength();
                keywords = new SchemaKeywords
                {
                    Types = JsonTypes.Array,
                    PrefixItems =
                    [
                        .. value.EnumerateArray().Select((item, index) => FindConstant(
                            schema,
                            new SchemaConstant(item, Append(constant.Pointer, index.ToString(CultureInfo.InvariantCulture))),
                            depth + 1)),
                    ],
                    MinItems = count,
                    MaxItems = count,
                };
                break;
            case JsonValueKind.Object:
                // Of members with one name the last one counts, as for readers of JSON.
                Dictionary<string, SchemaNode> members = new(StringComparer.Ordinal);
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    members[member.Name] =
                        FindConstant(schema, new SchemaConstant(member.Value, Append(constant.Pointer, member.Name)), depth + 1);
                }

                SchemaNode nothing = new(new SchemaKeywords { Boolean = false }, value, schema.Resource, this, constant.Pointer);
                keywords = new SchemaKeywords
                {
                    Types = JsonTypes.Object,
                    Properties = [.. members],
                    Required = [.. members.Keys],
                    AdditionalProperties = nothing,
                };
                break;
            default:
                keywords = new SchemaKeywords { Constants = [[constant]] };
                break;
        }

        SchemaNode node = new(keywords, value, schema.Resource, this, constant.Pointer);
        _constants.Add(constant.Pointer, node);
        return node;
    }

    private static string Append(string pointer, string step) => pointer + "/" + step.Replace("~", "~0").Replace("/", "~1");

    private void CheckDepth(int depth, string pointer)
    {
        if (depth > DeepestNesting)
        {
            throw new GrammarException($"{Name}#{pointer[..100]}… is nested too deep, more than {DeepestNesting} schemas or values.");
        }
    }

    private SchemaNode AddRoot(Uri uri, JsonElement element)
    {
        SchemaResource resource = new(uri, SchemaDraft.Draft202012, true);
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$schema", out JsonElement dialect))
        {
            (SchemaDraft draft, bool validates) = _documents.FindDialect(dialect, this);
            resource = new SchemaResource(uri, draft, validates);
        }

        return Scan(element, resource, "");
    }

    // Notes a schema with all below it.
    private SchemaNode Scan(JsonElement element, SchemaResource resource, string pointer, int depth = 0)
    {
        CheckDepth(depth, pointer);
        string? id = element.ValueKind == JsonValueKind.Object ? StringOf(element, "$id", pointer) : null;
        bool ignoresSiblings =
            resource.Draft == SchemaDraft.Draft7 && element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out _);
        string? anchor = null;
        if (id is not null && resource.Draft == SchemaDraft.Draft7 && id.IndexOf('#', StringComparison.Ordinal) is int hash and >= 0)
        {
            anchor = id[(hash + 1)..];
            id = hash == 0 ? null : id[..hash];
        }

        SchemaResource own = id is null || ignoresSiblings
            ? resource
            : new SchemaResource(SchemaDocuments.Resolve(resource.Uri, id, Name + "#" + pointer), resource.Draft, resource.Validates);
        SchemaNode node = new(element, own, this, pointer);
        _nodes[pointer] = node;
        if (own != resource || pointer.Length == 0)
        {
            _documents.Add(own, node);
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return node;
        }

        if (!ignoresSiblings)
        {
            anchor ??= StringOf(element, "$anchor", pointer);
            string? dynamicAnchor = StringOf(element, "$dynamicAnchor", pointer);
            if (dynamicAnchor is not null)
            {
                own.DynamicAnchors[dynamicAnchor] = node;
                own.Anchors[dynamicAnchor] = node;
            }

            if (!string.IsNullOrEmpty(anchor))
            {
                own.Anchors[anchor] = node;
            }
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            ScanMember(member, own, Append(pointer, member.Name), depth + 1);
        }

        return node;
    }

    private void ScanMember(JsonProperty member, SchemaResource resource, string pointer, int depth)
    {
        JsonElement value = member.Value;
        if (value.ValueKind == JsonValueKind.Array && OfSchemas.Contains(member.Name))
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Scan(item, resource, Append(pointer, index.ToString(CultureInfo.InvariantCulture)), depth);
                index++;
            }
        }
        else if (value.ValueKind == JsonValueKind.Object && OfNamedSchemas.Contains(member.Name))
        {
            foreach (JsonProperty named in value.EnumerateObject())
            {
                if (named.Value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False)
                {
                    Scan(named.Value, resource, Append(pointer, named.Name), depth);
                }
            }
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False && OfSchema.Contains(member.Name))
        {
            Scan(value, resource, pointer, depth);
        }
    }

    private string? StringOf(JsonElement element, string keyword, string pointer) =>
        !element.TryGetProperty(keyword, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new GrammarException($"{Name}#{Append(pointer, keyword)} is not a string, as it must be.");
}
