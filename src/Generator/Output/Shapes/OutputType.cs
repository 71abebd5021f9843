using ModelGen.Collections;
using ModelGen.Generator.Model;

namespace ModelGen.Generator.Output.Shapes;

/// <summary>A type that carries [GeneratedOutput], by value: where it stands, and what JSON it is.</summary>
/// <param name="Namespace">Its namespace as C# spells it; empty for the global one.</param>
/// <param name="Containers">The types that it is nested in, outermost first, as their partial declarations start.</param>
/// <param name="Head">How its own partial declaration starts.</param>
/// <param name="Type">The type as emitted code spells it.</param>
/// <param name="FullName">What <see cref="TypePlaces.FullNameOf"/> gives.</param>
/// <param name="SchemaMember">How the constant with its schema is declared.</param>
/// <param name="Definitions">The types that its JSON is made of; the first one is its own.</param>
internal sealed record OutputType(
    string Namespace,
    EquatableArray<string> Containers,
    string Head,
    string Type,
    string FullName,
    SchemaMember SchemaMember,
    EquatableArray<OutputDefinition> Definitions)
{
    /// <summary>What the names of its generated files start with.</summary>
    public string FileStem { get; init; } = FullName;

    /// <summary>Namespace of all that is generated for the type, but for the type itself.</summary>
    public string GeneratedNamespace => TypePlaces.GeneratedNamespace(FullName);
}

/// <summary>How the constant with a type's schema is declared.</summary>
internal enum SchemaMember
{
    Plain,

    /// <summary>A type that it is derived from has one too.</summary>
    Hiding,

    /// <summary>The type has a member of that name already.</summary>
    Missing,
}
