using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Generator.CSharp;

namespace ModelGen.Generator.Model;

/// <summary>Where a type stands that the generator writes a part of, as C# spells it.</summary>
internal static class TypePlaces
{
    // Namespaces as C# spells them: with @ before names that are keywords.
    private static readonly SymbolDisplayFormat NamespaceFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The declaration, or one around it, that is not partial; null where all are.</summary>
    public static TypeDeclarationSyntax? NotPartial(TypeDeclarationSyntax declaration) => declaration
        .AncestorsAndSelf()
        .OfType<TypeDeclarationSyntax>()
        .FirstOrDefault(type => !type.Modifiers.Any(modifier => modifier.ValueText == "partial"));

    /// <summary>The type's namespace; empty for the global one.</summary>
    public static string NamespaceOf(INamedTypeSymbol symbol) =>
        symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(NamespaceFormat);

    /// <summary>
    /// Namespace of all that is generated for a type, but for the type itself. One name behind ModelGen.Generated, and not a namespace in
    /// another one: what stands in an outer namespace is found before what a using brings.
    /// </summary>
    /// <param name="fullName">What <see cref="FullNameOf"/> gives.</param>
    public static string GeneratedNamespace(string fullName) =>
        "ModelGen.Generated." + CSharpNames.Escaped(fullName.Replace("_", "__").Replace('.', '_').Replace('-', '_'));

    /// <summary>
    /// Each type once, with what the names of its generated files start with: its full name, told apart by more than upper and lower case, for
    /// the compiler takes names that differ in case only for the same.
    /// </summary>
    public static IEnumerable<(T Type, string FileStem)> Distinct<T>(IEnumerable<T> types, Func<T, string> fullNameOf)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> stems = new(StringComparer.OrdinalIgnoreCase);
        foreach (T type in types.Where(type => seen.Add(fullNameOf(type))))
        {
            string stem = fullNameOf(type);
            for (int number = 2; !stems.Add(stem); number++)
            {
                stem = FormattableString.Invariant($"{fullNameOf(type)}({number})");
            }

            yield return (type, stem);
        }
    }

    /// <summary>The types that a type is nested in, outermost first.</summary>
    public static IEnumerable<INamedTypeSymbol> ContainersOf(INamedTypeSymbol symbol)
    {
        Stack<INamedTypeSymbol> containers = new();
        for (INamedTypeSymbol? container = symbol.ContainingType; container is not null; container = container.ContainingType)
        {
            containers.Push(container);
        }

        return containers;
    }

    /// <summary>How a part of a type starts: "partial class Outer&lt;T&gt;".</summary>
    public static string HeadOf(INamedTypeSymbol type)
    {
        string keyword = (type.TypeKind, type.IsRecord) switch
        {
            (TypeKind.Interface, _) => "interface",
            (TypeKind.Struct, true) => "record struct",
            (TypeKind.Struct, false) => "struct",
            (_, true) => "record",
            _ => "class",
        };
        string parameters = type.IsGenericType
            ? $"<{string.Join(", ", type.TypeParameters.Select(parameter => CSharpNames.Escaped(parameter.Name)))}>"
            : "";

        // Every part of a ref struct says that it is one.
        return (type.IsRefLikeType ? "ref " : "") + "partial " + keyword + " " + CSharpNames.EscapedType(type.Name) + parameters;
    }

    /// <summary>
    /// Namespace, containers and name with dots between, a container's number of type parameters behind a dash: no two types of a project have one.
    /// </summary>
    public static string FullNameOf(INamedTypeSymbol symbol)
    {
        IEnumerable<string> types = ContainersOf(symbol).Select(container =>
            container.IsGenericType ? FormattableString.Invariant($"{container.Name}-{container.Arity}") : container.Name);
        string[] space = symbol.ContainingNamespace.IsGlobalNamespace ? [] : [symbol.ContainingNamespace.ToDisplayString()];
        return string.Join(".", space.Concat(types).Append(symbol.Name)).Replace("@", "");
    }
}
