using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>The types that the program declares and that JSON of one type is made of, each once, however often and by whatever way it is named.</summary>
internal sealed class DefinitionList
{
    // A type whose properties are of ever larger types, List<List<…>>, has no end.
    private const int MostDefinitions = 512;

    private readonly Compilation _compilation;
    private readonly ProblemList _problems;
    private readonly ObjectReader _objects;
    private readonly Dictionary<ITypeSymbol, int> _indices = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ITypeSymbol, int> _caseIndices = new(SymbolEqualityComparer.Default);
    private readonly List<OutputDefinition?> _definitions = [];

    public DefinitionList(Compilation compilation, ProblemList problems)
    {
        _compilation = compilation;
        _problems = problems;
        _objects = new ObjectReader(compilation, new ValueReader(this, problems), problems);
    }

    /// <summary>The definitions, once nothing has stood in the way of any.</summary>
    public EquatableArray<OutputDefinition> ToEquatableArray() => _definitions.OfType<OutputDefinition>().ToEquatableArray();

    /// <summary>The properties that were read.</summary>
    public IEnumerable<Site> Sites => _objects.Sites;

    /// <summary>Index of a type's definition; null where it has none, which was reported.</summary>
    public int? IndexOf(INamedTypeSymbol type, Site site)
    {
        if (_indices.TryGetValue(type, out int known))
        {
            return known;
        }

        if (Reserve(type, site, _indices) is not int index)
        {
            return null;
        }

        AttributeData[] cases = [.. JsonAttributes.All(type, JsonAttributes.DerivedType)];
        _definitions[index] = type.TypeKind == TypeKind.Enum ? ReadEnum(type)
            : cases.Length > 0 ? ReadUnion(type, cases)
            : _objects.Read(type, site, isCase: false);
        return index;
    }

    private int? IndexOfCase(INamedTypeSymbol type, Site site)
    {
        if (_caseIndices.TryGetValue(type, out int known))
        {
            return known;
        }

        if (Reserve(type, site, _caseIndices) is not int index)
        {
            return null;
        }

        _definitions[index] = _objects.Read(type, site, isCase: true);
        return index;
    }

    private int? Reserve(INamedTypeSymbol type, Site site, Dictionary<ITypeSymbol, int> indices)
    {
        if (!_compilation.IsSymbolAccessibleWithin(type, _compilation.Assembly))
        {
            _problems.Add(Descriptors.UnsupportedOutputType, site, Site.NameOf(type), "which the generated reader cannot see; make it internal or public");
            return null;
        }

        if (_definitions.Count == MostDefinitions)
        {
            _problems.Add(
                Descriptors.UnsupportedOutputType,
                site,
                Site.NameOf(type),
                string.Format(CultureInfo.InvariantCulture, "with which more than {0} types are in it; make it smaller", MostDefinitions));
            return null;
        }

        if (HasConverter(type))
        {
            _problems.Add(
                Descriptors.UnsupportedOutputType,
                site,
                Site.NameOf(type),
                "whose [JsonConverter] decides what its JSON is, and the generator cannot tell what; use a type without one");
            return null;
        }

        indices.Add(type, _definitions.Count);
        _definitions.Add(null);
        return _definitions.Count - 1;
    }

    // Names of enumerations are texts here in any case.
    private static bool HasConverter(INamedTypeSymbol type) =>
        JsonAttributes.Find(type, JsonAttributes.Converter) is { } converter
        && !(type.TypeKind == TypeKind.Enum && JsonAttributes.IsOfEnumNames(converter));

    private EnumDefinition ReadEnum(INamedTypeSymbol type)
    {
        IFieldSymbol[] fields = [.. type.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst)];
        if (fields.Length == 0)
        {
            _problems.Add(Descriptors.UnsupportedOutputType, Site.Of(type), Site.NameOf(type), "an enumeration without names; give it some");
        }

        // What the documentation says of the names stands with what it says of the type: a schema has no place of its own for it.
        string[] remarks =
        [
            .. new[] { Documentation.Of(type) }
                .Concat(fields.Select(field => Documentation.Of(field) is string text ? $"{NameOf(field)}: {text}" : null))
                .OfType<string>(),
        ];
        return new EnumDefinition(
            type.Name,
            TypeNames.Of(type),
            remarks.Length == 0 ? null : string.Join(" ", remarks),
            fields.Select(field => new EnumMember(NameOf(field), $"{TypeNames.Of(type)}.{CSharp.CSharpNames.Escaped(field.Name)}")).ToEquatableArray());

        static string NameOf(IFieldSymbol field) =>
            JsonAttributes.Argument<string>(JsonAttributes.Find(field, JsonAttributes.EnumMemberName), 0) ?? field.Name;
    }

    private UnionDefinition ReadUnion(INamedTypeSymbol type, AttributeData[] attributes)
    {
        Site site = Site.Of(type);
        List<UnionCase> cases = [];
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol derived)
            {
                continue;
            }

            string? text = JsonAttributes.Argument<string>(attribute, 1);
            int? number = attribute.ConstructorArguments.Length > 1 && attribute.ConstructorArguments[1].Value is int value ? value : null;
            if (text is null && number is null)
            {
                _problems.Add(
                    Descriptors.UnsupportedOutputType,
                    site,
                    Site.NameOf(derived),
                    "among its derived types without a discriminator, so that nothing tells it from the others; give [JsonDerivedType] one");
            }
            else if (IndexOfCase(derived, site) is int index)
            {
                cases.Add(new UnionCase(index, text, number));
            }
        }

        if (cases.GroupBy(one => (one.Text, one.Number)).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            _problems.Add(
                Descriptors.UnsupportedOutputType,
                site,
                Site.NameOf(type),
                $"of which two derived types have the discriminator '{same.Key.Text ?? same.Key.Number?.ToString(CultureInfo.InvariantCulture)}'; give each its own");
        }

        bool isItself = type is { TypeKind: TypeKind.Class, IsAbstract: false }
            && !attributes.Any(attribute => SymbolEqualityComparer.Default.Equals(attribute.ConstructorArguments.FirstOrDefault().Value as ITypeSymbol, type));
        if (isItself && IndexOfCase(type, site) is int own)
        {
            cases.Add(new UnionCase(own, null, null));
        }

        string discriminator = JsonAttributes.Named<string>(JsonAttributes.Find(type, JsonAttributes.Polymorphic), "TypeDiscriminatorPropertyName") ?? "$type";
        return new UnionDefinition(type.Name, TypeNames.Of(type), Documentation.Of(type), discriminator, cases.ToEquatableArray());
    }
}
