using System;

namespace ModelGen;

/// <summary>
/// How many values a list, set or dictionary of a type with <see cref="GeneratedOutputAttribute"/> has. It says what
/// System.ComponentModel.DataAnnotations.LengthAttribute says, whose constructor trimming and NativeAOT warn about.
/// </summary>
/// <param name="minimum">The fewest, at least 0.</param>
/// <param name="maximum">The most, not below the fewest.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter, AllowMultiple = false)]
public sealed class ItemCountAttribute(int minimum, int maximum) : Attribute
{
    /// <summary>The fewest.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>The most.</summary>
    public int Maximum { get; } = maximum;
}
