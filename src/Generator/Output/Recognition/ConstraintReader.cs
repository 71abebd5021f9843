using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Reads the attributes that limit values: those of System.ComponentModel.DataAnnotations, and one of ModelGen.</summary>
internal static class ConstraintReader
{
    public const string Range = "Range";
    public const string Pattern = "RegularExpression";
    public const string Allowed = "AllowedValues";

    private const string ItemCount = "ItemCount";
    private const string Length = "Length";
    private const string MinLength = "MinLength";
    private const string MaxLength = "MaxLength";
    private const string StringLength = "StringLength";

    /// <summary>Those that limit how many characters or values there are.</summary>
    public static string[] OfLengths { get; } = [Length, MinLength, MaxLength, StringLength, ItemCount];

    /// <summary>Reads what limits a property.</summary>
    /// <param name="symbols">The property, and the parameter that it was declared by.</param>
    /// <param name="site">The property, for messages.</param>
    /// <param name="problems">Where limits that no value can keep to are reported.</param>
    public static ValueConstraints Read(IEnumerable<ISymbol> symbols, Site site, ProblemList problems)
    {
        List<string> names = [];
        int minimum = 0;
        int? maximum = null;
        string? pattern = null;
        NumberRange range = NumberRange.All;
        EquatableArray<string> allowed = EquatableArray<string>.Empty;
        foreach (AttributeData attribute in symbols.SelectMany(symbol => symbol.GetAttributes()))
        {
            string? name = NameOf(attribute);
            switch (name)
            {
                case Length or ItemCount:
                    Shorten(JsonAttributes.Argument<int>(attribute, 0), JsonAttributes.Argument<int>(attribute, 1));
                    break;
                case MinLength:
                    Shorten(JsonAttributes.Argument<int>(attribute, 0), null);
                    break;
                case MaxLength:
                    // Without an argument, or with -1, it says that the most is what there is room for.
                    int most = attribute.ConstructorArguments.IsEmpty ? -1 : JsonAttributes.Argument<int>(attribute, 0);
                    Shorten(0, most < 0 ? null : most);
                    break;
                case StringLength:
                    Shorten(JsonAttributes.Named<int>(attribute, "MinimumLength"), JsonAttributes.Argument<int>(attribute, 0));
                    break;
                case Pattern:
                    pattern = JsonAttributes.Argument<string>(attribute, 0);
                    break;
                case Range:
                    range = RangeOf(attribute);
                    if (range.IsEmpty)
                    {
                        problems.Add(Descriptors.BadOutputConstraint, site, Range, "leaves no number; its minimum is above its maximum");
                    }

                    break;
                case Allowed:
                    object?[] values = [.. attribute.ConstructorArguments.SelectMany(
                        argument => argument.Kind == TypedConstantKind.Array ? argument.Values.Select(value => value.Value) : [argument.Value])];
                    allowed = values.OfType<string>().ToEquatableArray();
                    if (allowed.Count == 0 || allowed.Count < values.Length)
                    {
                        problems.Add(Descriptors.BadOutputConstraint, site, Allowed, "names something else than texts; use an enumeration, or texts alone");
                    }

                    break;
                default:
                    continue;
            }

            names.Add(name!);
        }

        if (minimum < 0 || maximum < minimum)
        {
            problems.Add(
                Descriptors.BadOutputConstraint,
                site,
                names.First(name => OfLengths.Contains(name)),
                "leaves no length; lengths go from 0 up, and the shortest is not above the longest");
        }

        return new ValueConstraints(names, minimum, maximum, pattern, range, allowed);

        void Shorten(int least, int? most)
        {
            minimum = least < 0 ? least : Math.Max(minimum, least);
            maximum = most is int number ? Math.Min(maximum ?? int.MaxValue, number) : maximum;
        }
    }

    private static string? NameOf(AttributeData attribute)
    {
        const string Space = "System.ComponentModel.DataAnnotations.";
        const string Ending = "Attribute";
        string? name = attribute.AttributeClass is { } type ? TypeNames.DefinitionOf(type) : null;
        if (name == "ModelGen." + ItemCount + Ending)
        {
            return ItemCount;
        }

        return name is not null && name.StartsWith(Space, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal)
            ? name.Substring(Space.Length, name.Length - Space.Length - Ending.Length)
            : null;
    }

    private static NumberRange RangeOf(AttributeData attribute)
    {
        // (int, int), (double, double), or a type with two texts.
        int first = attribute.ConstructorArguments.Length - 2;
        return first < 0
            ? NumberRange.All
            : new NumberRange(
                NumberOf(attribute.ConstructorArguments[first].Value),
                JsonAttributes.Named<bool>(attribute, "MinimumIsExclusive"),
                NumberOf(attribute.ConstructorArguments[first + 1].Value),
                JsonAttributes.Named<bool>(attribute, "MaximumIsExclusive"));
    }

    // What is further than decimals go is no limit.
    private static decimal? NumberOf(object? bound) => bound switch
    {
        int number => number,
        double number when Math.Abs(number) < (double)decimal.MaxValue => (decimal)number,
        string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => number,
        _ => null,
    };
}
