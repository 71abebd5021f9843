using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Reads what JSON a type's values are.</summary>
/// <param name="definitions">The types that the program declares.</param>
/// <param name="problems">Where types that JSON does not have are reported.</param>
internal sealed class ValueReader(DefinitionList definitions, ProblemList problems)
{
    private const string Mend = "; use another type, or put [JsonIgnore] on the property";

    /// <summary>The value of a type with its limits; null where there is none, which was reported.</summary>
    public OutputValue? Read(ITypeSymbol type, ValueConstraints constraints, Site site)
    {
        OutputValue? value = ReadAny(type, constraints, site);
        if (value is not null)
        {
            foreach (string name in constraints.Unused)
            {
                problems.Add(Descriptors.BadOutputConstraint, site, name, $"says nothing of its type '{Site.NameOf(type)}'; remove the attribute");
            }
        }

        return value;
    }

    private OutputValue? ReadAny(ITypeSymbol type, ValueConstraints constraints, Site site)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return Nullable(ReadNotNull(nullable.TypeArguments[0], constraints, site));
        }

        OutputValue? value = ReadNotNull(type, constraints, site);
        return type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.Annotated ? Nullable(value) : value;
    }

    private static NullableValue? Nullable(OutputValue? item) => item is null ? null : new NullableValue(item);

    private OutputValue? ReadNotNull(ITypeSymbol type, ValueConstraints constraints, Site site)
    {
        if (SimpleTypes.Read(type, constraints, site) is { } simple)
        {
            if (simple is IntegerValue integer && integer.Minimum > integer.Maximum)
            {
                problems.Add(Descriptors.BadOutputConstraint, site, ConstraintReader.Range, $"leaves no number of '{Site.NameOf(type)}'; make it wider");
            }

            return simple;
        }

        if (CollectionTypes.MapOf(type) is var (map, mapItem))
        {
            (int minimum, int? maximum) = constraints.TakeLengths();
            return Read(mapItem, ValueConstraints.None, site) is { } item ? new MapValue(TypeNames.Of(type), map, item, minimum, maximum) : null;
        }

        if (CollectionTypes.IsMapOfOtherKeys(type))
        {
            return Refuse(type, site, "whose keys are not texts; use Dictionary<string, …>, or a list of a type with key and value");
        }

        if (CollectionTypes.ListOf(type) is var (list, listItem))
        {
            (int minimum, int? maximum) = constraints.TakeLengths();
            if (type is IArrayTypeSymbol && listItem.SpecialType == SpecialType.System_Byte)
            {
                return Refuse(type, site, "which JSON writes in base64, and no model can; use int[]");
            }

            return Read(listItem, ValueConstraints.None, site) is { } item ? new ListValue(TypeNames.Of(type), list, item, minimum, maximum) : null;
        }

        return ObstacleOf(type) is string obstacle ? Refuse(type, site, obstacle) : Defined((INamedTypeSymbol)type, site);
    }

    private DefinedValue? Defined(INamedTypeSymbol type, Site site) =>
        definitions.IndexOf(type, site) is int index ? new DefinedValue(TypeNames.Of(type), index) : null;

    /// <summary>Why a type can be no value and no declared type; null where it may be one.</summary>
    private static string? ObstacleOf(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Error } => "which there is none of" + Mend,
        { TypeKind: TypeKind.Dynamic } => "which JSON does not have; use JsonElement for any JSON",
        { IsTupleType: true } => "whose names JSON does not have; declare a record",
        { TypeKind: TypeKind.Array } => "an array of several dimensions; use an array of arrays",
        { TypeKind: TypeKind.Enum } => null,
        INamedTypeSymbol { TypeKind: TypeKind.Interface } shape when !JsonAttributes.Has(shape, JsonAttributes.DerivedType) =>
            "an interface; use a type that can be created, or name such types with [JsonDerivedType]",
        { IsRefLikeType: true } => "a ref struct" + Mend,
        INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } named =>
            IsOfFramework(named) ? "which JSON output cannot have" + Mend : null,
        _ => "which JSON output cannot have" + Mend,
    };

    // What is not known of the framework's types has an inside of its own that no model should write.
    private static bool IsOfFramework(INamedTypeSymbol type)
    {
        string space = type.ContainingNamespace.ToDisplayString();
        return type.Locations.All(location => !location.IsInSource)
            && (space == "System" || space.StartsWith("System.", System.StringComparison.Ordinal));
    }

    private OutputValue? Refuse(ITypeSymbol type, Site site, string why)
    {
        problems.Add(Descriptors.UnsupportedOutputType, site, Site.NameOf(type), why);
        return null;
    }
}
