using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;

namespace ModelGen.Generator.Model;

/// <summary>The class that carries the attribute, by value.</summary>
/// <param name="Namespace">Its namespace as C# spells it; empty for the global one.</param>
/// <param name="Containers">The types that it is nested in, outermost first, as their partial declarations start: "class Outer&lt;T&gt;".</param>
/// <param name="Name">Its name as C# spells it.</param>
/// <param name="FullName">Namespace, containers and name with dots between, a container's number of type parameters behind a dash: no two classes of a project have one.</param>
/// <param name="FileName">The attribute's file name.</param>
/// <param name="ContextLength">The attribute's context length; 0 where it names none.</param>
/// <param name="KeyValueFormat">The attribute's format of keys and values, whatever number was cast to it.</param>
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
    long MemoryBudgetBytes,
    string? NotPartial,
    string? Obstacle)
{
    /// <summary>What the names of its generated files start with: its full name, told apart by more than upper and lower case.</summary>
    public string FileStem { get; init; } = FullName;

    /// <summary>
    /// Namespace of all that is generated for the class, but for the class itself. One name behind ModelGen.Generated, and not a namespace in
    /// another one: what stands in an outer namespace is found before what a using brings.
    /// </summary>
    public string GeneratedNamespace => "ModelGen.Generated." + CSharpNames.Escaped(FullName.Replace("_", "__").Replace('.', '_').Replace('-', '_'));

    /// <summary>
    /// Each class once (of one that carries the attribute in two of its parts the compiler tells), with names for its files: the compiler takes
    /// names that differ in case only for the same.
    /// </summary>
    public static IEnumerable<TargetClass> Distinct(IEnumerable<TargetClass> targets)
    {
        HashSet<string> classes = new(StringComparer.Ordinal);
        HashSet<string> stems = new(StringComparer.OrdinalIgnoreCase);
        foreach (TargetClass target in targets.Where(target => classes.Add(target.FullName)))
        {
            string stem = target.FullName;
            for (int number = 2; !stems.Add(stem); number++)
            {
                stem = FormattableString.Invariant($"{target.FullName}({number})");
            }

            yield return target with { FileStem = stem };
        }
    }
}
