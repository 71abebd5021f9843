using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Types that are arrays or dictionaries in JSON.</summary>
internal static class CollectionTypes
{
    private const string Generic = "System.Collections.Generic.";
    private const string Immutable = "System.Collections.Immutable.";

    /// <summary>What a list of the type is made of; null where the type is no list.</summary>
    public static (ListCollection Collection, ITypeSymbol Item)? ListOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1 } array)
        {
            return (ListCollection.Array, array.ElementType);
        }

        if (type is not INamedTypeSymbol named)
        {
            return null;
        }

        ListCollection? collection = TypeNames.DefinitionOf(type) switch
        {
            Generic + "List<T>" or Generic + "IList<T>" or Generic + "ICollection<T>" or Generic + "IEnumerable<T>" or Generic + "IReadOnlyList<T>"
                or Generic + "IReadOnlyCollection<T>" => ListCollection.List,
            Generic + "HashSet<T>" or Generic + "ISet<T>" or Generic + "IReadOnlySet<T>" => ListCollection.HashSet,
            Immutable + "ImmutableArray<T>" => ListCollection.ImmutableArray,
            Immutable + "ImmutableList<T>" or Immutable + "IImmutableList<T>" => ListCollection.ImmutableList,
            Immutable + "ImmutableHashSet<T>" or Immutable + "IImmutableSet<T>" => ListCollection.ImmutableHashSet,
            _ => null,
        };
        if (collection is ListCollection known)
        {
            return (known, named.TypeArguments[0]);
        }

        return IsCreatable(named) && InterfaceOf(named, Generic + "ICollection<T>") is { } other
            ? (ListCollection.Other, other.TypeArguments[0])
            : null;
    }

    /// <summary>What a dictionary of the type is made of, whose keys are texts; null where the type is no such dictionary.</summary>
    public static (MapCollection Collection, ITypeSymbol Item)? MapOf(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named)
        {
            return null;
        }

        MapCollection? collection = TypeNames.DefinitionOf(type) switch
        {
            Generic + "Dictionary<TKey, TValue>" or Generic + "IDictionary<TKey, TValue>" or Generic + "IReadOnlyDictionary<TKey, TValue>" =>
                MapCollection.Dictionary,
            Immutable + "ImmutableDictionary<TKey, TValue>" or Immutable + "IImmutableDictionary<TKey, TValue>" => MapCollection.ImmutableDictionary,
            _ => null,
        };
        INamedTypeSymbol? source = collection is not null ? named : IsCreatable(named) ? InterfaceOf(named, Generic + "IDictionary<TKey, TValue>") : null;
        return source?.TypeArguments[0].SpecialType == SpecialType.System_String
            ? (collection ?? MapCollection.Other, source.TypeArguments[1])
            : null;
    }

    /// <summary>Whether a type is a dictionary by something else than texts.</summary>
    public static bool IsMapOfOtherKeys(ITypeSymbol type) => type is INamedTypeSymbol named && named.AllInterfaces.Append(named).Any(candidate =>
        TypeNames.DefinitionOf(candidate) is Generic + "IDictionary<TKey, TValue>" or Generic + "IReadOnlyDictionary<TKey, TValue>"
        && candidate.TypeArguments[0].SpecialType != SpecialType.System_String);

    private static bool IsCreatable(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: false }
        && type.InstanceConstructors.Any(constructor => constructor.Parameters.IsEmpty && constructor.DeclaredAccessibility == Accessibility.Public);

    private static INamedTypeSymbol? InterfaceOf(INamedTypeSymbol type, string definition) =>
        type.AllInterfaces.FirstOrDefault(candidate => TypeNames.DefinitionOf(candidate) == definition);
}
