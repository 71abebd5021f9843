using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>Rules of members by the names that they are for: most are for one name.</summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<string, List<Requirement>> _ofName = new(StringComparer.Ordinal);
    private readonly List<ObjectRule> _others = [];

    /// <param name="rules">The rules.</param>
    public RuleIndex(IReadOnlyList<ObjectRule> rules)
    {
        Rules = rules;
        foreach (ObjectRule rule in rules)
        {
            if (rule.Names.Single is not string name)
            {
                _others.Add(rule);
            }
            else if (_ofName.TryGetValue(name, out List<Requirement>? values))
            {
                values.Add(rule.Value);
            }
            else
            {
                _ofName.Add(name, [rule.Value]);
            }
        }
    }

    public IReadOnlyList<ObjectRule> Rules { get; }

    /// <summary>What a member with a name must be.</summary>
    public IEnumerable<Requirement> Of(string name) =>
        (_ofName.TryGetValue(name, out List<Requirement>? values) ? values : [])
        .Concat(_others.Where(rule => rule.Names.Contains(name)).Select(rule => rule.Value));

    /// <summary>What each member with a name of a set surely must be.</summary>
    public IEnumerable<Requirement> Of(NameSet names) =>
        names.Single is string name ? Of(name) : Rules.Where(rule => rule.Names.Covers(names)).Select(rule => rule.Value);

    /// <summary>What a member with a name of a class must be.</summary>
    public IEnumerable<Requirement> Of(NameClass names) =>
        names.Name is string name ? Of(name) : _others.Where(rule => names.IsIn(rule.Names)).Select(rule => rule.Value);
}
