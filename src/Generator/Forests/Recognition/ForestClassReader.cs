using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Model;

namespace ModelGen.Generator.Forests.Recognition;

/// <summary>Reads what the generator wants to know of a class with the attribute, and lets go of the compiler's symbols.</summary>
internal static class ForestClassReader
{
    /// <summary>Describes the class of a match of the attribute.</summary>
    public static AttributedForest Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)context.TargetNode;
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        SyntaxNode attributeSyntax = attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) ?? declaration;
        TypeDeclarationSyntax? notPartial = TypePlaces.NotPartial(declaration);
        ForestClass target = new(
            TypePlaces.NamespaceOf(symbol),
            TypePlaces.ContainersOf(symbol).Select(TypePlaces.HeadOf).ToEquatableArray(),
            CSharpNames.EscapedType(symbol.Name),
            TypePlaces.FullNameOf(symbol),
            attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            notPartial?.Identifier.ValueText,
            ClassObstacles.Of(symbol, declaration, "ModelGen.Routing.CompiledForest"));
        return new AttributedForest(
            target,
            SourcePlace.Of(attributeSyntax.GetLocation()),
            SourcePlace.Of((notPartial ?? declaration).Identifier.GetLocation()));
    }
}
