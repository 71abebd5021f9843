using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>A schema with a URI of its own, with what lies in it that has none.</summary>
/// <param name="uri">The URI.</param>
/// <param name="draft">The draft that it is written in.</param>
/// <param name="validates">Whether its draft has the keywords that validate.</param>
internal sealed class SchemaResource(Uri uri, SchemaDraft draft, bool validates)
{
    public Uri Uri { get; } = uri;

    public SchemaDraft Draft { get; } = draft;

    public bool Validates { get; } = validates;

    /// <summary>Schemas by the name of their <c>$anchor</c> or <c>$dynamicAnchor</c>.</summary>
    public Dictionary<string, SchemaNode> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Schemas by the name of their <c>$dynamicAnchor</c>.</summary>
    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}

/// <summary>A draft of JSON Schema.</summary>
internal enum SchemaDraft
{
    Draft7,
    Draft202012,
}
