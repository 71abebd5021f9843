using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Model;

namespace ModelGen.Generator.Forests.Recognition;

/// <summary>The class that carries the attribute, by value.</summary>
/// <param name="Namespace">Its namespace as C# spells it; empty for the global one.</param>
/// <param name="Containers">The types that it is nested in, outermost first, as their partial declarations start.</param>
/// <param name="Name">Its name as C# spells it.</param>
/// <param name="FullName">Namespace, containers and name with dots between: no two classes of a project have one.</param>
/// <param name="FileName">The attribute's file name.</param>
/// <param name="NotPartial">Name of the class, or of a type around it, that is not declared partial; null where all are.</param>
/// <param name="Obstacle">What the class must not be, for the generator to write into it; null where it can.</param>
internal sealed record ForestClass(
    string Namespace, EquatableArray<string> Containers, string Name, string FullName, string FileName, string? NotPartial, string? Obstacle)
{
    /// <summary>What the names of its generated files start with: its full name, told apart by more than upper and lower case.</summary>
    public string FileStem { get; init; } = FullName;

    /// <summary>Namespace of all that is generated for the class, but for the class itself.</summary>
    public string GeneratedNamespace => TypePlaces.GeneratedNamespace(FullName);

    /// <summary>Each class once, with names for its files.</summary>
    public static IEnumerable<ForestClass> Distinct(IEnumerable<ForestClass> classes) =>
        TypePlaces.Distinct(classes, forest => forest.FullName).Select(pair => pair.Type with { FileStem = pair.FileStem });
}

/// <summary>A class with the places that diagnostics point at.</summary>
/// <param name="Target">The class.</param>
/// <param name="AttributePlace">Where the attribute stands.</param>
/// <param name="NamePlace">Where the class's name stands, or that of a type around it that is not partial.</param>
internal sealed record AttributedForest(ForestClass Target, SourcePlace AttributePlace, SourcePlace NamePlace)
{
    /// <summary>The name where the declaration is at fault, else the attribute.</summary>
    public SourcePlace PlaceOf(DiagnosticInfo diagnostic) =>
        diagnostic.Descriptor == Descriptors.ForestNotPartial || diagnostic.Descriptor == Descriptors.NotPlainForest
            ? NamePlace
            : AttributePlace;
}
