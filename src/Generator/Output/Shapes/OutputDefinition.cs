using ModelGen.Collections;

namespace ModelGen.Generator.Output.Shapes;

/// <summary>A type that the program declares. The cases are the records derived from it here, no others.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Type">The type as emitted code spells it.</param>
/// <param name="Description">What its documentation says of it; null where it says nothing.</param>
internal abstract record OutputDefinition(string Name, string Type, string? Description);

/// <summary>One of some names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type.</param>
/// <param name="Description">What its documentation says of it.</param>
/// <param name="Members">The names, in the order of their declarations.</param>
internal sealed record EnumDefinition(string Name, string Type, string? Description, EquatableArray<EnumMember> Members)
    : OutputDefinition(Name, Type, Description);

/// <summary>A name of an enumeration.</summary>
/// <param name="JsonName">How JSON spells it.</param>
/// <param name="Expression">How emitted code spells it.</param>
internal sealed record EnumMember(string JsonName, string Expression);

/// <summary>An object whose properties come in one order.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type.</param>
/// <param name="Description">What its documentation says of it.</param>
/// <param name="Properties">The properties in that order.</param>
/// <param name="Arguments">What the constructor takes.</param>
internal sealed record ObjectDefinition(
    string Name, string Type, string? Description, EquatableArray<OutputProperty> Properties, EquatableArray<ConstructorArgument> Arguments)
    : OutputDefinition(Name, Type, Description);

/// <summary>A property of an object.</summary>
/// <param name="Name">How C# spells it.</param>
/// <param name="JsonName">How JSON spells it.</param>
/// <param name="Description">What its documentation says of it; null where it says nothing.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsOptional">Whether it may be left out.</param>
/// <param name="Assignment">How it gets its value.</param>
internal sealed record OutputProperty(
    string Name, string JsonName, string? Description, OutputValue Value, bool IsOptional, PropertyAssignment Assignment);

/// <summary>How a property gets its value.</summary>
internal enum PropertyAssignment
{
    /// <summary>The constructor takes it.</summary>
    Argument,

    /// <summary>Only an initialiser can assign it.</summary>
    Initializer,

    /// <summary>It can be assigned at any time.</summary>
    Setter,
}

/// <summary>What a parameter of a constructor takes.</summary>
/// <param name="Property">Index of the property; -1 where it takes its default.</param>
/// <param name="Default">Its default as emitted code spells it; null where it has none.</param>
internal sealed record ConstructorArgument(int Property, string? Default);

/// <summary>An object of one of several types. What tells them apart comes first.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type that they have in common.</param>
/// <param name="Description">What its documentation says of it.</param>
/// <param name="Discriminator">Name of the property that tells them apart.</param>
/// <param name="Cases">The types.</param>
internal sealed record UnionDefinition(string Name, string Type, string? Description, string Discriminator, EquatableArray<UnionCase> Cases)
    : OutputDefinition(Name, Type, Description);

/// <summary>A type of a union.</summary>
/// <param name="Definition">Index of its definition, which is one of an object.</param>
/// <param name="Text">The discriminator's value where that is a text.</param>
/// <param name="Number">The discriminator's value where that is a number. With neither it has no discriminator: the type in common itself.</param>
internal sealed record UnionCase(int Definition, string? Text, int? Number)
{
    /// <summary>Whether a discriminator stands before its properties.</summary>
    public bool HasDiscriminator => Text is not null || Number is not null;
}
