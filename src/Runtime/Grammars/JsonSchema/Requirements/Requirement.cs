using System.Collections.Generic;

namespace ModelGen.Grammars.JsonSchema.Requirements;

/// <summary>What a value must be: every literal holds of it. Equal requirements are one object.</summary>
/// <param name="literals">The literals, in order.</param>
internal sealed class Requirement(IReadOnlyList<Literal> literals)
{
    /// <summary>What every value is.</summary>
    public static Requirement Anything { get; } = new([]);

    /// <summary>What no value is.</summary>
    public static Requirement Nothing { get; } = new([]);

    public IReadOnlyList<Literal> Literals { get; } = literals;
}
