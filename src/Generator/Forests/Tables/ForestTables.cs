using ModelGen.Collections;

namespace ModelGen.Generator.Forests.Tables;

/// <summary>A forest as the emitted code has it.</summary>
/// <param name="FeatureCount">Numbers that the forest reads.</param>
/// <param name="Classes">The classes by their numbers, ascending.</param>
/// <param name="Roots">Where each tree begins in <paramref name="Nodes"/>.</param>
/// <param name="Nodes">The nodes (<see cref="NodeCode"/>), a node's left child right behind it.</param>
/// <param name="Probabilities">Of the leaves, those that are equal once: one number a class.</param>
internal sealed record ForestTables(
    int FeatureCount,
    EquatableArray<int> Classes,
    EquatableArray<int> Roots,
    EquatableArray<ulong> Nodes,
    EquatableArray<double> Probabilities);
