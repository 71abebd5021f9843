using System.Collections.Generic;
using System.Text.Json;
using ModelGen.Grammars.Json;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>What a schema says, keyword by keyword; what it does not say is null or empty.</summary>
internal sealed record SchemaKeywords
{
    /// <summary>Whether it is <c>true</c> or <c>false</c> and no object.</summary>
    public bool? Boolean { get; init; }

    /// <summary>Whether it holds of every value, as nothing that it says can fail.</summary>
    public bool IsTrue { get; init; }

    /// <summary>Whether it says nothing but <see cref="Reference"/>.</summary>
    public bool IsReference { get; init; }

    public JsonTypes Types { get; init; } = JsonTypes.All;

    /// <summary>The values of <c>enum</c>, and the one of <c>const</c>.</summary>
    public IReadOnlyList<IReadOnlyList<SchemaConstant>> Constants { get; init; } = [];

    public string? Reference { get; init; }

    public string? DynamicReference { get; init; }

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];

    public IReadOnlyList<SchemaNode>? AnyOf { get; init; }

    public IReadOnlyList<SchemaNode>? OneOf { get; init; }

    public SchemaNode? Not { get; init; }

    public SchemaNode? If { get; init; }

    public SchemaNode? Then { get; init; }

    public SchemaNode? Else { get; init; }

    public DecimalNumber? Minimum { get; init; }

    public DecimalNumber? ExclusiveMinimum { get; init; }

    public DecimalNumber? Maximum { get; init; }

    public DecimalNumber? ExclusiveMaximum { get; init; }

    public DecimalNumber? MultipleOf { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public string? Pattern { get; init; }

    public string? Format { get; init; }

    public IReadOnlyList<SchemaNode> PrefixItems { get; init; } = [];

    public SchemaNode? Items { get; init; }

    public SchemaNode? Contains { get; init; }

    public int? MinContains { get; init; }

    public int? MaxContains { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public SchemaNode? UnevaluatedItems { get; init; }

    public IReadOnlyList<KeyValuePair<string, SchemaNode>> Properties { get; init; } = [];

    /// <summary>Schemas by patterns of names.</summary>
    public IReadOnlyList<KeyValuePair<string, SchemaNode>> PatternProperties { get; init; } = [];

    public SchemaNode? AdditionalProperties { get; init; }

    public SchemaNode? PropertyNames { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public int? MinProperties { get; init; }

    public int? MaxProperties { get; init; }

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> DependentRequired { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, SchemaNode>> DependentSchemas { get; init; } = [];

    public SchemaNode? UnevaluatedProperties { get; init; }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="GrammarException">A keyword's value is not what it must be, or the keyword is one of another draft.</exception>
    public static SchemaKeywords Read(SchemaNode node) => new SchemaKeywordsReader(node).Read();
}

/// <summary>A value of <c>const</c> or <c>enum</c>.</summary>
/// <param name="Value">The value.</param>
/// <param name="Pointer">Its place in the schema's document.</param>
internal sealed record SchemaConstant(JsonElement Value, string Pointer);
