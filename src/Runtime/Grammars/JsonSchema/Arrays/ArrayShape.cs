using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Arrays;

/// <summary>What an array is like.</summary>
internal sealed record ArrayShape
{
    public static ArrayShape Free { get; } = new();

    /// <summary>What each item must be, by its index.</summary>
    public IReadOnlyList<ItemRule> Rules { get; init; } = [];

    /// <summary>How many items of a kind there are.</summary>
    public IReadOnlyList<ItemCount> Counts { get; init; } = [];

    /// <summary>The fewest items.</summary>
    public int Minimum { get; init; }

    /// <summary>The most items; null where there is no limit.</summary>
    public int? Maximum { get; init; }

    /// <summary>Whether no two items are equal.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Whether two items are equal.</summary>
    public bool HasEqual { get; init; }

    /// <summary>How many items have been evaluated, from the first on.</summary>
    public int Evaluated { get; init; }

    /// <summary>Items of which one of these holds have been evaluated too.</summary>
    public IReadOnlyList<Literal> EvaluatedItems { get; init; } = [];

    /// <summary>A schema that made it, for messages.</summary>
    public string Place { get; init; } = "";

    /// <summary>What the item at an index fulfils by its rules.</summary>
    public Requirement ValueAt(int index, SchemaStates states) =>
        states.Require(Rules.Where(rule => rule.First <= index && rule.Last >= index).Select(rule => rule.Value));
}

/// <summary>Items by their indices, and what they fulfil.</summary>
/// <param name="First">The first index.</param>
/// <param name="Last">The last one; <see cref="int.MaxValue"/> for all from the first on.</param>
/// <param name="Value">What they fulfil.</param>
internal sealed record ItemRule(int First, int Last, Requirement Value);

/// <summary>How many items fulfil a requirement.</summary>
/// <param name="First">The first index that counts.</param>
/// <param name="Last">The last one.</param>
/// <param name="Value">What they fulfil: one literal where there is a most.</param>
/// <param name="Minimum">The fewest items.</param>
/// <param name="Maximum">The most; null where there is no limit.</param>
internal sealed record ItemCount(int First, int Last, Requirement Value, int Minimum, int? Maximum);
