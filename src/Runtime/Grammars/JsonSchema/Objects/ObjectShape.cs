using System.Collections.Generic;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>What an object is like.</summary>
internal sealed record ObjectShape
{
    private RuleIndex? _index;

    public static ObjectShape Free { get; } = new();

    /// <summary>What each member must be, by its name.</summary>
    public IReadOnlyList<ObjectRule> Rules { get; init; } = [];

    /// <summary>Members of which there must be one each.</summary>
    public IReadOnlyList<ObjectRule> Witnesses { get; init; } = [];

    /// <summary>The fewest members.</summary>
    public int Minimum { get; init; }

    /// <summary>The most members; null where there is no limit.</summary>
    public int? Maximum { get; init; }

    /// <summary>Names of members that have been evaluated.</summary>
    public NameSet Evaluated { get; init; } = NameSet.None;

    /// <summary>A schema that made it, for messages.</summary>
    public string Place { get; init; } = "";

    /// <summary>The rules by names.</summary>
    public RuleIndex Index => _index?.Rules == Rules ? _index : _index = new RuleIndex(Rules);
}

/// <summary>Members with some names, and what their values fulfil.</summary>
/// <param name="Names">The names.</param>
/// <param name="Value">What the value fulfils.</param>
internal sealed record ObjectRule(NameSet Names, Requirement Value);
