using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>A schema with the documents that it may refer to. They are read when something refers to them.</summary>
internal sealed class SchemaDocuments
{
    private const string Draft202012 = "https://json-schema.org/draft/2020-12/schema";
    private const string Validation = "https://json-schema.org/draft/2020-12/vocab/validation";

    // What a schema without a URI of its own goes by; nothing is ever found there.
    private static readonly Uri NoUri = new("schema://unnamed/schema");

    private readonly Dictionary<string, JsonElement> _unread = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _resources = new(StringComparer.Ordinal);

    /// <param name="schema">The schema.</param>
    /// <param name="documents">Other documents by their URIs.</param>
    public SchemaDocuments(JsonElement schema, IReadOnlyDictionary<string, JsonElement> documents)
    {
        foreach (KeyValuePair<string, JsonElement> document in documents)
        {
            _unread[KeyOf(Resolve(NoUri, document.Key, "The key of a document"))] = document.Value;
        }

        Root = new SchemaDocument(this, NoUri, "", schema).Root;
    }

    /// <summary>The schema.</summary>
    public SchemaNode Root { get; }

    /// <summary>A reference against the URI that it stands under.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="place">What the message names where it is none.</param>
    public static Uri Resolve(Uri uri, string reference, string place) =>
        reference.StartsWith('#') && Uri.TryCreate(KeyOf(uri) + reference, UriKind.Absolute, out Uri? sameDocument) ? sameDocument
        : Uri.TryCreate(reference, UriKind.Absolute, out Uri? absolute) && !absolute.IsFile ? absolute
        : Uri.TryCreate(uri, reference, out Uri? resolved) ? resolved
        : throw new GrammarException($"{place} is '{reference}', which is no URI.");

    /// <summary>Notes a schema that has a URI.</summary>
    public void Add(SchemaResource resource, SchemaNode node) => _resources[KeyOf(resource.Uri)] = node;

    /// <summary>The schema that a reference leads to.</summary>
    /// <param name="from">The schema that the reference stands in.</param>
    /// <param name="keyword">Its keyword.</param>
    /// <param name="reference">The reference.</param>
    /// <exception cref="GrammarException">There is none.</exception>
    public SchemaNode Find(SchemaNode from, string keyword, string reference)
    {
        string place = $"{from.Place}/{keyword}";
        Uri uri = Resolve(from.Resource.Uri, reference, place);
        SchemaNode root = FindResource(KeyOf(uri)) ?? throw new GrammarException(
            $"{place} refers to '{reference}', which is not among the documents given: nothing is fetched.");
        string fragment = Uri.UnescapeDataString(uri.Fragment.TrimStart('#'));
        if (fragment.Length == 0)
        {
            return root;
        }

        if (fragment[0] == '/')
        {
            return root.Child(fragment[1..].Split('/').Select(step => step.Replace("~1", "/").Replace("~0", "~")));
        }

        return root.Resource.Anchors.TryGetValue(fragment, out SchemaNode? node)
            ? node
            : throw new GrammarException($"{place} refers to '{reference}', but there is no anchor '{fragment}'.");
    }

    /// <summary>What <c>$schema</c> says: the draft, and whether it has the keywords that validate.</summary>
    /// <param name="dialect">The keyword's value.</param>
    /// <param name="document">The document that it stands in.</param>
    public (SchemaDraft Draft, bool Validates) FindDialect(JsonElement dialect, SchemaDocument document)
    {
        string uri = dialect.ValueKind == JsonValueKind.String ? dialect.GetString()!.TrimEnd('#') : "";
        switch (uri)
        {
            case Draft202012:
                return (SchemaDraft.Draft202012, true);
            case "http://json-schema.org/draft-07/schema" or "https://json-schema.org/draft-07/schema":
                return (SchemaDraft.Draft7, true);
        }

        return _unread.TryGetValue(uri, out JsonElement metaschema) && metaschema.TryGetProperty("$vocabulary", out JsonElement vocabularies)
            ? (SchemaDraft.Draft202012, vocabularies.TryGetProperty(Validation, out _))
            : throw new GrammarException(
                $"{document.Name}#/$schema is '{uri}', which is neither draft 2020-12 ('{Draft202012}') nor draft 7 nor among the documents "
                + "given.");
    }

    private static string KeyOf(Uri uri)
    {
        string text = uri.AbsoluteUri;
        int fragment = text.IndexOf('#', StringComparison.Ordinal);
        return fragment < 0 ? text : text[..fragment];
    }

    private SchemaNode? FindResource(string key)
    {
        if (_resources.TryGetValue(key, out SchemaNode? node))
        {
            return node;
        }

        if (!_unread.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        _unread.Remove(key);
        SchemaDocument document = new(this, new Uri(key), key, element);

        // Under the address too by which it was found, where it calls itself by another.
        _resources.TryAdd(key, document.Root);
        return document.Root;
    }
}
