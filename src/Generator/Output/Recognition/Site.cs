using Microsoft.CodeAnalysis;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>A place that something can be said about.</summary>
/// <param name="Name">What messages call it: 'Recipe.Title'.</param>
/// <param name="Location">Where it stands; null where the sources do not have it.</param>
internal sealed record Site(string Name, Location? Location)
{
    public static Site Of(ISymbol symbol)
    {
        string name = symbol is INamedTypeSymbol type ? NameOf(type) : $"{NameOf(symbol.ContainingType)}.{symbol.Name}";
        return new Site(name, symbol.Locations.Length > 0 && symbol.Locations[0].IsInSource ? symbol.Locations[0] : null);
    }

    /// <summary>A type's name as people say it: with its type arguments, without its namespace.</summary>
    public static string NameOf(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}
