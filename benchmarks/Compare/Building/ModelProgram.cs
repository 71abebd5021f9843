using System;
using System.IO;
using System.Linq;

namespace ModelGen.Compare.Building;

/// <summary>A program with one model that was built to be measured.</summary>
/// <param name="Variant">How it was compiled.</param>
/// <param name="Path">Its executable.</param>
internal sealed record ModelProgram(Variant Variant, string Path)
{
    // What a user would not ship: weights are counted with the model, the rest serves debuggers and IDEs.
    private static readonly string[] NotCounted = [".weights", ".pdb", ".dbg", ".xml"];

    /// <summary>Bytes of the published folder without weights and debug information.</summary>
    public long Size() => new DirectoryInfo(System.IO.Path.GetDirectoryName(Path)!)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => !NotCounted.Contains(file.Extension, StringComparer.Ordinal))
        .Sum(file => file.Length);
}
