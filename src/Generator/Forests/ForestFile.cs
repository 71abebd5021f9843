using System.Threading;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Forests.Reading;
using ModelGen.Generator.Forests.Tables;
using ModelGen.Packing;

namespace ModelGen.Generator.Forests;

/// <summary>A forest's file, read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Tables">The forest, or null where the file has none.</param>
/// <param name="Error">What is wrong with the file.</param>
internal sealed record ForestFile(string Path, ForestTables? Tables, string? Error)
{
    public static ForestFile Read(AdditionalText file, CancellationToken cancellationToken)
    {
        string path = ModelPath.Normalise(file.Path);
        try
        {
            string text = file.GetText(cancellationToken)?.ToString() ?? throw new ModelGenException("it cannot be read; see that it is there");
            return new ForestFile(path, ForestTablesBuilder.Build(ForestReader.Read(text)), Error: null);
        }
        catch (ModelGenException error)
        {
            return new ForestFile(path, Tables: null, error.Message);
        }
    }
}
