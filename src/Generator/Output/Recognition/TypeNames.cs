using Microsoft.CodeAnalysis;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Types as emitted code spells them.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The type without a ? at its end.</summary>
    public static string Of(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Format);

    /// <summary>The type's definition, such as System.Collections.Generic.List&lt;T&gt;.</summary>
    public static string DefinitionOf(ITypeSymbol type) => type.OriginalDefinition.ToDisplayString(DefinitionFormat);

    private static readonly SymbolDisplayFormat DefinitionFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters);
}
