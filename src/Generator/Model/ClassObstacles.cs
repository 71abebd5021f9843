using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Generator.Model;

/// <summary>What a class must not be that the generator gives a base class and a constructor.</summary>
internal static class ClassObstacles
{
    /// <summary>What the class is and must not be ("be generic"); null where it can be written into.</summary>
    /// <param name="symbol">The class.</param>
    /// <param name="declaration">The part of it that carries the attribute.</param>
    /// <param name="baseClasses">Full names of the base classes of which it gets one.</param>
    public static string? Of(INamedTypeSymbol symbol, TypeDeclarationSyntax declaration, params string[] baseClasses)
    {
        INamedTypeSymbol? local = TypePlaces.ContainersOf(symbol).FirstOrDefault(container => container.IsFileLocal);
        return symbol switch
        {
            { IsFileLocal: true } => "be local to its file",
            { IsGenericType: true } when symbol.Arity > 0 => "be generic",
            { IsStatic: true } => "be static",
            { IsAbstract: true } => "be abstract",
            { IsRecord: true } => "be a record",
            _ when declaration.ParameterList is not null => "have constructor parameters",
            _ when HasOtherBase(symbol, baseClasses) =>
                $"have a base class: the generator derives it from {string.Join(" or ", baseClasses.Select(name => name.Substring(name.LastIndexOf('.') + 1)))}",
            _ when local is not null => $"stand in '{local.Name}', which is local to its file",
            _ => null,
        };
    }

    private static bool HasOtherBase(INamedTypeSymbol symbol, string[] baseClasses) =>
        symbol.BaseType is { SpecialType: not SpecialType.System_Object } other && !baseClasses.Contains(other.ToDisplayString());
}
