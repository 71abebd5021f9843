using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Attributes by their full names, with what is asked of them.</summary>
internal static class JsonAttributes
{
    public const string Constructor = "System.Text.Json.Serialization.JsonConstructorAttribute";
    public const string Converter = "System.Text.Json.Serialization.JsonConverterAttribute";
    public const string DerivedType = "System.Text.Json.Serialization.JsonDerivedTypeAttribute";
    public const string EnumMemberName = "System.Text.Json.Serialization.JsonStringEnumMemberNameAttribute";
    public const string ExtensionData = "System.Text.Json.Serialization.JsonExtensionDataAttribute";
    public const string Ignore = "System.Text.Json.Serialization.JsonIgnoreAttribute";
    public const string Include = "System.Text.Json.Serialization.JsonIncludeAttribute";
    public const string Polymorphic = "System.Text.Json.Serialization.JsonPolymorphicAttribute";
    public const string PropertyName = "System.Text.Json.Serialization.JsonPropertyNameAttribute";
    public const string PropertyOrder = "System.Text.Json.Serialization.JsonPropertyOrderAttribute";
    public const string Required = "System.Text.Json.Serialization.JsonRequiredAttribute";

    /// <summary>JsonIgnoreCondition: when a property is not written, or read.</summary>
    private enum IgnoreCondition
    {
        Never,
        Always,
        WhenWritingDefault,
        WhenWritingNull,
        WhenWriting,
        WhenReading,
    }

    public static AttributeData? Find(ISymbol symbol, string fullName) => All(symbol, fullName).FirstOrDefault();

    public static IEnumerable<AttributeData> All(ISymbol symbol, string fullName) =>
        symbol.GetAttributes().Where(attribute => attribute.AttributeClass is { } type && TypeNames.DefinitionOf(type) == fullName);

    public static bool Has(ISymbol symbol, string fullName) => Find(symbol, fullName) is not null;

    /// <summary>Whether a property is not read from JSON.</summary>
    public static bool IsIgnored(ISymbol symbol) =>
        ConditionOf(symbol) is IgnoreCondition.Always or IgnoreCondition.WhenReading || Has(symbol, ExtensionData);

    /// <summary>Whether a property may be missing in JSON: where it is null, or its type's default.</summary>
    public static bool MayBeMissing(ISymbol symbol) =>
        ConditionOf(symbol) is IgnoreCondition.WhenWritingDefault or IgnoreCondition.WhenWritingNull;

    /// <summary>A constructor's argument of an attribute where it is a text or a number.</summary>
    public static T? Argument<T>(AttributeData? attribute, int index) =>
        attribute?.ConstructorArguments.ElementAtOrDefault(index) is { Kind: not TypedConstantKind.Array, Value: T value } ? value : default;

    public static T? Named<T>(AttributeData? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value is T value ? value : default;

    /// <summary>Whether a converter writes enumerations by their names, which they are written by here in any case.</summary>
    public static bool IsOfEnumNames(AttributeData converter) =>
        converter.ConstructorArguments.FirstOrDefault().Value is INamedTypeSymbol { Name: "JsonStringEnumConverter" };

    private static IgnoreCondition ConditionOf(ISymbol symbol) => Find(symbol, Ignore) is not { } ignore
        ? IgnoreCondition.Never
        : (IgnoreCondition)(ignore.NamedArguments.FirstOrDefault(argument => argument.Key == "Condition").Value.Value as int? ?? (int)IgnoreCondition.Always);
}
