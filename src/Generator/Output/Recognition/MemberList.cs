using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>The properties and fields of a type that are in its JSON.</summary>
internal static class MemberList
{
    /// <summary>
    /// Them in their order: those of base types first, then as they are declared, and by [JsonPropertyOrder] before that. Public properties, and
    /// what [JsonInclude] adds; without what [JsonIgnore] takes away, and without properties that are computed.
    /// </summary>
    public static IEnumerable<ISymbol> Of(INamedTypeSymbol type, ProblemList problems)
    {
        List<ISymbol> members = [];
        foreach (ISymbol member in HierarchyOf(type).SelectMany(part => part.GetMembers()).Where(IsCandidate))
        {
            // What is overridden or hidden stands where it was declared first, as what it is now.
            int earlier = members.FindIndex(candidate => candidate.Name == member.Name);
            if (earlier >= 0)
            {
                members[earlier] = member;
            }
            else
            {
                members.Add(member);
            }
        }

        foreach (ISymbol ignored in members.Where(JsonAttributes.IsIgnored))
        {
            if (ignored is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
            {
                problems.Add(
                    Diagnostics.Descriptors.UnsupportedOutputProperty, Site.Of(ignored), "is required, and ignored in JSON: remove required or [JsonIgnore]");
            }
        }

        return members
            .Where(member => !JsonAttributes.IsIgnored(member))
            .OrderBy(member => JsonAttributes.Argument<int>(JsonAttributes.Find(member, JsonAttributes.PropertyOrder), 0));
    }

    public static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    private static IEnumerable<INamedTypeSymbol> HierarchyOf(INamedTypeSymbol type)
    {
        Stack<INamedTypeSymbol> parts = new();
        for (INamedTypeSymbol? part = type; part is not null; part = part.BaseType)
        {
            parts.Push(part);
        }

        return parts;
    }

    private static bool IsCandidate(ISymbol member) => member switch
    {
        { IsStatic: true } or { IsImplicitlyDeclared: true, Kind: SymbolKind.Field } => false,
        IPropertySymbol property => property is { IsIndexer: false, GetMethod: not null, ExplicitInterfaceImplementations.IsEmpty: true }
            && (property.DeclaredAccessibility == Accessibility.Public || JsonAttributes.Has(property, JsonAttributes.Include))
            && !IsComputed(property),
        IFieldSymbol => JsonAttributes.Has(member, JsonAttributes.Include),
        _ => false,
    };

    /// <summary>Whether a property has no setter and no value of its own, so that it follows from others.</summary>
    private static bool IsComputed(IPropertySymbol property) =>
        property.SetMethod is null
        && !property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
}
