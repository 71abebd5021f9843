using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Model;

/// <summary>The class that carries the attribute, by value.</summary>
/// <param name="Namespace">Its namespace as C# spells it; empty for the global one.</param>
/// <param name="Containers">The types that it is nested in, outermost first, as their partial declarations start: "class Outer&lt;T&gt;".</param>
/// <param name="Name">Its name as C# spells it.</param>
/// <param name="FullName">Namespace, containers and name with dots between, a container's number of type parameters behind a dash: no two classes of a project have one.</param>
/// <param name="FileName">The attribute's file name.</param>
/// <param name="ContextLength">The attribute's context length; 0 where it names none.</param>
/// <param name="KeyValueFormat">The attribute's format of keys and values, whatever number was cast to it.</param>
/// <param name="WordPieceRules">The attribute's rules of a WordPiece vocabulary, whatever number was cast to them.</param>
/// <param name="MemoryBudgetBytes">The attribute's memory budget; 0: none.</param>
/// <param name="NotPartial">Name of the class, or of a type around it, that is not declared partial; null where all are.</param>
/// <param name="Obstacle">What the class must not be, for the generator to write into it ("be generic"); null where it can.</param>
internal sealed record TargetClass(
    string Namespace,
    EquatableArray<string> Containers,
    string Name,
    string FullName,
    string FileName,
    int ContextLength,
    KeyValueFormat KeyValueFormat,
    WordPieceRules WordPieceRules,
    long MemoryBudgetBytes,
    string? NotPartial,
    string? Obstacle)
{
    /// <summary>What the names of its generated files start with: its full name, told apart by more than upper and lower case.</summary>
    public string FileStem { get; init; } = FullName;

    /// <summary>Whether what is written is the forward pass of a source text's encoder.</summary>
    public bool IsSource { get; init; }

    /// <summary>Namespace of all that is generated for the class, but for the class itself. No class has a name that starts with a digit.</summary>
    public string GeneratedNamespace => TypePlaces.GeneratedNamespace(IsSource ? FullName + ".0Source" : FullName);

    /// <summary>The same class, where the forward pass of its source text's encoder is written.</summary>
    public TargetClass OfSource => this with { IsSource = true, FileStem = FileStem + "(Source)" };

    /// <summary>Each class once (of one that carries the attribute in two of its parts the compiler tells), with names for its files.</summary>
    public static IEnumerable<TargetClass> Distinct(IEnumerable<TargetClass> targets) =>
        TypePlaces.Distinct(targets, target => target.FullName).Select(pair => pair.Type with { FileStem = pair.FileStem });
}
