using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Documents;

namespace ModelGen.Grammars.JsonSchema.Requirements;

/// <summary>
/// What <c>$dynamicRef</c> finds: for each name of a dynamic anchor the schema of the outermost resource that has it, of those that led to a
/// place. Equal scopes are one object.
/// </summary>
internal sealed class DynamicScope
{
    private readonly SortedDictionary<string, SchemaNode> _anchors;
    private readonly Dictionary<string, DynamicScope> _scopes;
    private readonly Dictionary<SchemaResource, DynamicScope> _entered = [];

    private DynamicScope(SortedDictionary<string, SchemaNode> anchors, Dictionary<string, DynamicScope> scopes)
    {
        _anchors = anchors;
        _scopes = scopes;
    }

    /// <summary>The scope of no resource.</summary>
    public static DynamicScope CreateEmpty() =>
        new(new SortedDictionary<string, SchemaNode>(StringComparer.Ordinal), new(StringComparer.Ordinal));

    /// <summary>The scope within a resource.</summary>
    public DynamicScope Enter(SchemaResource resource)
    {
        if (resource.DynamicAnchors.Keys.All(_anchors.ContainsKey))
        {
            return this;
        }

        if (!_entered.TryGetValue(resource, out DynamicScope? scope))
        {
            SortedDictionary<string, SchemaNode> anchors = new(_anchors, StringComparer.Ordinal);
            foreach ((string name, SchemaNode node) in resource.DynamicAnchors)
            {
                anchors.TryAdd(name, node);
            }

            string key = string.Join('\n', anchors.Select(anchor => anchor.Key + " " + anchor.Value.Place));
            if (!_scopes.TryGetValue(key, out scope))
            {
                _scopes.Add(key, scope = new DynamicScope(anchors, _scopes));
            }

            _entered.Add(resource, scope);
        }

        return scope;
    }

    /// <summary>The schema of a dynamic anchor; null where no resource has it.</summary>
    public SchemaNode? Find(string name) => _anchors.GetValueOrDefault(name);
}
