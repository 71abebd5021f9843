using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Reads what properties a type's JSON has, and how a value is made of them: as System.Text.Json does, where it does something.</summary>
/// <param name="compilation">The program.</param>
/// <param name="values">What reads the properties' types.</param>
/// <param name="problems">Where what cannot be written is reported.</param>
internal sealed class ObjectReader(Compilation compilation, ValueReader values, ProblemList problems)
{
    private readonly List<Site> _sites = [];

    /// <summary>The properties that were read.</summary>
    public IEnumerable<Site> Sites => _sites;

    /// <summary>The object of a class or structure.</summary>
    /// <param name="type">The type.</param>
    /// <param name="site">What names it.</param>
    /// <param name="isCase">Whether it is one of several, which may do without properties.</param>
    public ObjectDefinition? Read(INamedTypeSymbol type, Site site, bool isCase)
    {
        if (type.IsAbstract)
        {
            problems.Add(
                Descriptors.UnsupportedOutputType, site, Site.NameOf(type), "which is abstract; name the types that can be created with [JsonDerivedType]");
            return null;
        }

        if (ConstructorChoice.Of(type, compilation, out string? obstacle) is not { } constructor)
        {
            problems.Add(Descriptors.NoOutputConstructor, Site.Of(type) is { Location: not null } own ? own : site with { Name = Site.NameOf(type) }, obstacle!);
            return null;
        }

        List<OutputProperty> properties = [];
        List<ISymbol> members = [];
        foreach (ISymbol member in MemberList.Of(type, problems))
        {
            IParameterSymbol? parameter = constructor.Parameters.FirstOrDefault(candidate => IsFor(candidate, member));
            if (ReadProperty(member, parameter) is { } property)
            {
                properties.Add(property);
                members.Add(member);
            }
        }

        if (properties.Count == 0 && !isCase && problems.IsEmpty)
        {
            problems.Add(
                Descriptors.UnsupportedOutputType, site, Site.NameOf(type), "without a property that output could fill; give it a constructor's parameter or a setter");
        }

        foreach (IGrouping<string, int> same in Enumerable.Range(0, members.Count).GroupBy(index => properties[index].JsonName).Where(group => group.Count() > 1))
        {
            problems.Add(
                Descriptors.UnsupportedOutputProperty,
                Site.Of(members[same.Last()]),
                $"is called \"{same.Key}\" in JSON, as '{members[same.First()].Name}' is; give one of them another name with [JsonPropertyName]");
        }

        return new ObjectDefinition(
            type.Name,
            TypeNames.Of(type),
            Documentation.Of(type),
            properties.ToEquatableArray(),
            constructor.Parameters.Select(parameter => ArgumentOf(parameter, members)).ToEquatableArray());
    }

    private OutputProperty? ReadProperty(ISymbol member, IParameterSymbol? parameter)
    {
        Site site = Site.Of(member);
        _sites.Add(site);
        if (JsonAttributes.Has(member, JsonAttributes.Converter)
            && !JsonAttributes.IsOfEnumNames(JsonAttributes.Find(member, JsonAttributes.Converter)!))
        {
            problems.Add(
                Descriptors.UnsupportedOutputProperty,
                site,
                "has a [JsonConverter], which decides what its JSON is, and the generator cannot tell what; remove it, or put [JsonIgnore] on the property");
            return null;
        }

        bool isRequired = member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };
        PropertyAssignment? assignment = parameter is not null ? PropertyAssignment.Argument : AssignmentOf(member, isRequired);
        if (assignment is null)
        {
            problems.Add(
                Descriptors.UnsupportedOutputProperty,
                site,
                "cannot be set: give it a setter or an init accessor that the generated reader can see, a parameter of the constructor, or [JsonIgnore]");
            return null;
        }

        string jsonName = JsonAttributes.Argument<string>(JsonAttributes.Find(member, JsonAttributes.PropertyName), 0) ?? member.Name;
        if (!IsWellFormed(jsonName))
        {
            problems.Add(Descriptors.UnsupportedOutputProperty, site, "has half of a surrogate pair in its JSON name; give it another one with [JsonPropertyName]");
            return null;
        }

        ISymbol[] annotated = parameter is null ? [member] : [member, parameter];
        ValueConstraints constraints = ConstraintReader.Read(annotated, site, problems);
        OutputValue? value = values.Read(MemberList.TypeOf(member), constraints, site);
        bool mayBeMissing = JsonAttributes.MayBeMissing(member) || parameter is { HasExplicitDefaultValue: true };
        return value is null
            ? null
            : new OutputProperty(
                CSharpNames.Escaped(member.Name),
                jsonName,
                Documentation.Of(member) ?? (parameter is null ? null : Documentation.OfParameter(parameter)),
                value,
                IsOptional: mayBeMissing && !isRequired && !JsonAttributes.Has(member, JsonAttributes.Required),
                assignment.Value);
    }

    private PropertyAssignment? AssignmentOf(ISymbol member, bool isRequired) => member switch
    {
        IFieldSymbol { IsReadOnly: true } => null,
        IFieldSymbol => isRequired ? PropertyAssignment.Initializer : PropertyAssignment.Setter,
        IPropertySymbol { SetMethod: { } setter } when compilation.IsSymbolAccessibleWithin(setter, compilation.Assembly) =>
            setter.IsInitOnly || isRequired ? PropertyAssignment.Initializer : PropertyAssignment.Setter,
        _ => null,
    };

    private ConstructorArgument ArgumentOf(IParameterSymbol parameter, List<ISymbol> members) => new(
        members.FindIndex(member => IsFor(parameter, member)),
        parameter.HasExplicitDefaultValue ? DefaultValue.Of(parameter) : null);

    /// <summary>Whether a parameter is a property's: it has its name, but for upper and lower case, and its type.</summary>
    private static bool IsFor(IParameterSymbol parameter, ISymbol member) =>
        string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(parameter.Type, MemberList.TypeOf(member));

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
