using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>What attributes of System.ComponentModel.DataAnnotations say of a property's value. A value takes those that fit it; the rest are mistakes.</summary>
internal sealed class ValueConstraints
{
    private readonly HashSet<string> _names;
    private readonly int _minimum;
    private readonly int? _maximum;
    private readonly string? _pattern;
    private readonly NumberRange _range;
    private readonly EquatableArray<string> _allowed;

    /// <param name="names">The attributes that are there, as C# spells them in brackets.</param>
    /// <param name="minimum">The fewest characters or values.</param>
    /// <param name="maximum">The most; null where there is no limit.</param>
    /// <param name="pattern">The regular expression; null for none.</param>
    /// <param name="range">The numbers.</param>
    /// <param name="allowed">The texts; none where there is no limit.</param>
    public ValueConstraints(
        IEnumerable<string> names, int minimum, int? maximum, string? pattern, NumberRange range, EquatableArray<string> allowed)
    {
        _names = [.. names];
        _minimum = minimum;
        _maximum = maximum;
        _pattern = pattern;
        _range = range;
        _allowed = allowed;
    }

    /// <summary>No limits.</summary>
    public static ValueConstraints None => new([], 0, null, null, NumberRange.All, EquatableArray<string>.Empty);

    /// <summary>The attributes that no value has taken.</summary>
    public IEnumerable<string> Unused => _names.OrderBy(name => name, System.StringComparer.Ordinal);

    public (int Minimum, int? Maximum) TakeLengths()
    {
        _names.ExceptWith(ConstraintReader.OfLengths);
        return (_minimum, _maximum);
    }

    public string? TakePattern()
    {
        _names.Remove(ConstraintReader.Pattern);
        return _pattern;
    }

    public NumberRange TakeRange()
    {
        _names.Remove(ConstraintReader.Range);
        return _range;
    }

    public EquatableArray<string> TakeAllowed()
    {
        _names.Remove(ConstraintReader.Allowed);
        return _allowed;
    }
}
