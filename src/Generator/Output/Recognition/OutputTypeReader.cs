using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Model;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Reads what the generator wants to know of a type with [GeneratedOutput], and lets go of the compiler's symbols.</summary>
internal static class OutputTypeReader
{
    /// <summary>Name of the constant with the type's schema.</summary>
    public const string SchemaName = "JsonSchema";

    private const string ModelAttribute = "ModelGen.GgufModelAttribute";
    private const string OutputAttribute = "ModelGen.GeneratedOutputAttribute";

    /// <summary>Describes the type of a match of the attribute.</summary>
    public static AttributedOutput Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)context.TargetNode;
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        SyntaxNode attribute = context.Attributes[0].ApplicationSyntaxReference?.GetSyntax(cancellationToken) ?? declaration;
        SourcePlace attributePlace = SourcePlace.Of(attribute.GetLocation());
        ProblemList problems = new(attributePlace);
        if (TypePlaces.NotPartial(declaration) is { } notPartial)
        {
            problems.Add(Descriptors.OutputNotPartial, new Site(notPartial.Identifier.ValueText, notPartial.Identifier.GetLocation()));
        }
        else if (ObstacleOf(symbol) is string obstacle)
        {
            problems.Add(Descriptors.NotPlainOutputType, new Site(symbol.Name, declaration.Identifier.GetLocation()), obstacle);
        }

        if (!problems.IsEmpty)
        {
            return new AttributedOutput(null, problems.ToEquatableArray(), attributePlace, EquatableArray<PropertyPlace>.Empty);
        }

        DefinitionList definitions = new(context.SemanticModel.Compilation, problems);
        definitions.IndexOf(symbol, Site.Of(symbol));
        if (problems.IsEmpty && EndlessTypes.Find(definitions.ToEquatableArray()) is string endless)
        {
            problems.Add(
                Descriptors.UnsupportedOutputType,
                Site.Of(symbol),
                endless,
                "which contains itself without an end; make a property of it nullable, or a list");
        }

        OutputType? target = problems.IsEmpty
            ? new OutputType(
                TypePlaces.NamespaceOf(symbol),
                TypePlaces.ContainersOf(symbol).Select(TypePlaces.HeadOf).ToEquatableArray(),
                TypePlaces.HeadOf(symbol),
                TypeNames.Of(symbol),
                TypePlaces.FullNameOf(symbol),
                SchemaMemberOf(symbol),
                definitions.ToEquatableArray())
            : null;
        return new AttributedOutput(target, problems.ToEquatableArray(), attributePlace, PlacesOf(definitions).ToEquatableArray());
    }

    private static IEnumerable<PropertyPlace> PlacesOf(DefinitionList definitions) =>
        definitions.Sites.Where(site => site.Location is not null).Select(site => new PropertyPlace(site.Name, SourcePlace.Of(site.Location!)));

    private static string? ObstacleOf(INamedTypeSymbol symbol)
    {
        INamedTypeSymbol[] containers = [.. TypePlaces.ContainersOf(symbol)];
        INamedTypeSymbol? generic = containers.FirstOrDefault(container => container.IsGenericType);
        INamedTypeSymbol? local = containers.FirstOrDefault(container => container.IsFileLocal);
        INamedTypeSymbol? hidden = containers.Append(symbol).FirstOrDefault(
            type => type.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal);
        return symbol switch
        {
            { IsFileLocal: true } => "be local to its file",
            { Arity: > 0 } => "be generic: JSON is of one type",
            { IsStatic: true } => "be static",
            { IsRefLikeType: true } => "be a ref struct",
            _ when JsonAttributes.Has(symbol, ModelAttribute) => "carry [GgufModel] too",
            _ when generic is not null => $"stand in '{generic.Name}', which is generic",
            _ when local is not null => $"stand in '{local.Name}', which is local to its file",
            _ when hidden is not null => hidden.Equals(symbol, SymbolEqualityComparer.Default)
                ? "be private or protected: the generated reader stands beside it"
                : $"stand in '{hidden.Name}', which is private or protected: the generated reader stands beside it",
            _ => null,
        };
    }

    private static SchemaMember SchemaMemberOf(INamedTypeSymbol symbol)
    {
        if (symbol.MemberNames.Contains(SchemaName) || symbol.Name == SchemaName)
        {
            return SchemaMember.Missing;
        }

        for (INamedTypeSymbol? part = symbol.BaseType; part is not null; part = part.BaseType)
        {
            if (part.MemberNames.Contains(SchemaName) || JsonAttributes.Has(part, OutputAttribute))
            {
                return SchemaMember.Hiding;
            }
        }

        return SchemaMember.Plain;
    }
}
