using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Diagnostics;

namespace ModelGen.Generator.Model;

/// <summary>Reads what the generator wants to know of a class with the attribute, and lets go of the compiler's symbols.</summary>
internal static class ClassReader
{
    /// <summary>Name of the method that loads a model, which its class therefore cannot have.</summary>
    private const string LoadMethod = "Load";

    /// <summary>Describes the class of a match of the attribute.</summary>
    public static AttributedClass Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)context.TargetNode;
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        SyntaxNode attributeSyntax = attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) ?? declaration;
        TypeDeclarationSyntax? notPartial = TypePlaces.NotPartial(declaration);
        INamedTypeSymbol[] containers = [.. TypePlaces.ContainersOf(symbol)];
        var target = new TargetClass(
            TypePlaces.NamespaceOf(symbol),
            containers.Select(TypePlaces.HeadOf).ToEquatableArray(),
            CSharpNames.EscapedType(symbol.Name),
            TypePlaces.FullNameOf(symbol),
            attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            (int)Number(attribute, nameof(TargetClass.ContextLength)),
            (KeyValueFormat)Number(attribute, nameof(TargetClass.KeyValueFormat)),
            (WordPieceRules)Number(attribute, nameof(TargetClass.WordPieceRules)),
            Number(attribute, nameof(TargetClass.MemoryBudgetBytes)),
            notPartial?.Identifier.ValueText,
            ObstacleOf(symbol, declaration, containers));
        return new AttributedClass(
            target,
            SourcePlace.Of(attributeSyntax.GetLocation()),
            SourcePlace.Of((notPartial ?? declaration).Identifier.GetLocation()));
    }

    private static string? ObstacleOf(INamedTypeSymbol symbol, TypeDeclarationSyntax declaration, INamedTypeSymbol[] containers)
    {
        INamedTypeSymbol? local = containers.FirstOrDefault(container => container.IsFileLocal);
        return symbol switch
        {
            { IsFileLocal: true } => "be local to its file",
            { IsGenericType: true } when symbol.Arity > 0 => "be generic",
            { IsStatic: true } => "be static",
            { IsAbstract: true } => "be abstract",
            { IsRecord: true } => "be a record",
            { Name: LoadMethod } => $"be called {LoadMethod}, as the method that loads it is",
            _ when declaration.ParameterList is not null => "have constructor parameters",
            _ when HasOtherBase(symbol) => "have a base class: the generator derives it from CompiledDecoder or CompiledEncoder",
            _ when local is not null => $"stand in '{local.Name}', which is local to its file",
            _ => null,
        };
    }

    private static bool HasOtherBase(INamedTypeSymbol symbol) =>
        symbol.BaseType is { SpecialType: not SpecialType.System_Object } other && other.ToDisplayString() is not ("ModelGen.CompiledDecoder" or "ModelGen.CompiledEncoder");

    /// <summary>A number or enumeration among an attribute's named arguments; 0, the default of each, where it is not given.</summary>
    private static long Number(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value switch
        {
            int number => number,
            long number => number,
            _ => 0,
        };
}
