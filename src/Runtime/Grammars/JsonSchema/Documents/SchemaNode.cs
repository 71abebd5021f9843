using System.Collections.Generic;
using System.Text.Json;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>A schema at its place.</summary>
/// <param name="element">Its text.</param>
/// <param name="resource">What it is a part of.</param>
/// <param name="document">The document that it lies in.</param>
/// <param name="pointer">Its place there: a JSON pointer.</param>
internal sealed class SchemaNode(JsonElement element, SchemaResource resource, SchemaDocument document, string pointer)
{
    private SchemaKeywords? _keywords;

    /// <summary>A schema that nobody has written, for what a part of the document says.</summary>
    /// <param name="keywords">What it says.</param>
    /// <param name="element">The part.</param>
    /// <param name="resource">The resource that it is a part of.</param>
    /// <param name="document">The document that it lies in.</param>
    /// <param name="pointer">Its place there.</param>
    public SchemaNode(SchemaKeywords keywords, JsonElement element, SchemaResource resource, SchemaDocument document, string pointer)
        : this(element, resource, document, pointer) => _keywords = keywords;

    public JsonElement Element { get; } = element;

    public SchemaResource Resource { get; } = resource;

    public SchemaDocument Document { get; } = document;

    public string Pointer { get; } = pointer;

    /// <summary>Its place as messages say it.</summary>
    public string Place => Document.Name + "#" + Pointer;

    /// <summary>What it says.</summary>
    public SchemaKeywords Keywords => _keywords ??= SchemaKeywords.Read(this);

    /// <summary>The schema below a keyword.</summary>
    /// <param name="path">Names and indices that lead there.</param>
    public SchemaNode Child(params IEnumerable<string> path) => Document.Find(this, path);

    /// <summary>The schema of one constant of its own.</summary>
    public SchemaNode Constant(SchemaConstant constant) => Document.FindConstant(this, constant);
}
