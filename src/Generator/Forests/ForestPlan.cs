using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Forests.Recognition;
using ModelGen.Generator.Forests.Tables;
using ModelGen.Packing;

namespace ModelGen.Generator.Forests;

/// <summary>A class with its forest, or with what stands in the way of one.</summary>
/// <param name="Target">The class.</param>
/// <param name="Tables">The forest.</param>
/// <param name="Problem">What stands in its way.</param>
internal sealed record ForestPlan(ForestClass Target, ForestTables? Tables, DiagnosticInfo? Problem)
{
    public static ForestPlan Create(
        ForestClass target, IReadOnlyList<ForestFile> files, LanguageVersion language, LanguageVersion oldestLanguage)
    {
        if (target.NotPartial is string notPartial)
        {
            return Refuse(Descriptors.ForestNotPartial, notPartial);
        }

        if (target.Obstacle is string obstacle)
        {
            return Refuse(Descriptors.NotPlainForest, target.Name, obstacle);
        }

        if (language < oldestLanguage)
        {
            return Refuse(Descriptors.LanguageVersionTooOld, target.FileName, language.ToDisplayString(), oldestLanguage.ToDisplayString());
        }

        string[] paths = [.. files.Select(file => file.Path)];
        int[] found = ModelPath.Find(paths, target.FileName);
        if (found.Length == 0)
        {
            return Refuse(Descriptors.NoSuchForest, target.FileName);
        }

        if (found.Length > 1)
        {
            string[] names = ModelPath.Names(paths);
            return Refuse(Descriptors.AmbiguousForest, target.FileName, string.Join(", ", found.Select(index => $"'{names[index]}'")));
        }

        ForestFile file = files[found[0]];
        return file.Tables is null
            ? Refuse(Descriptors.BadForest, target.FileName, file.Error!)
            : new ForestPlan(target, file.Tables, Problem: null);

        ForestPlan Refuse(Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor, params string[] arguments) =>
            new(target, Tables: null, DiagnosticInfo.Create(descriptor, arguments));
    }
}
