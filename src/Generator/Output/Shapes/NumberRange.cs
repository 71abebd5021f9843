namespace ModelGen.Generator.Output.Shapes;

/// <summary>Numbers from one to another.</summary>
/// <param name="Minimum">The lowest; null where there is no limit.</param>
/// <param name="ExcludesMinimum">Whether the lowest is not in the range itself.</param>
/// <param name="Maximum">The highest; null where there is no limit.</param>
/// <param name="ExcludesMaximum">Whether the highest is not in the range itself.</param>
internal sealed record NumberRange(decimal? Minimum, bool ExcludesMinimum, decimal? Maximum, bool ExcludesMaximum)
{
    /// <summary>All numbers.</summary>
    public static NumberRange All { get; } = new(null, false, null, false);

    /// <summary>Whether no number is in it.</summary>
    public bool IsEmpty => Minimum > Maximum || (Minimum == Maximum && Minimum is not null && (ExcludesMinimum || ExcludesMaximum));
}
