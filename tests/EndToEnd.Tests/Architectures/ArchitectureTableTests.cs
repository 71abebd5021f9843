using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>docs/architectures.md lists what the code has, and names the models that test it.</summary>
public sealed class ArchitectureTableTests
{
    [Fact]
    public void TheTableHasARowForEachArchitecture() => Rows().Select(row => row.Architecture).ShouldBe(Architecture.Names, ignoreOrder: true);

    [Fact]
    public void EachModelStandsInOneRow() => Rows().SelectMany(row => row.Models).ShouldBe(
        [.. ArchitectureModels.Presets, .. GoldenModel.Encoders.Concat(GoldenModel.Answering).Select(model => model.Name)], ignoreOrder: true);

    // | `name` | models | differs in | tested with |; a bar within a cell is escaped.
    private static IEnumerable<(string Architecture, string[] Models)> Rows() => File
        .ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "architectures.md"))
        .Where(line => line.StartsWith("| `", System.StringComparison.Ordinal) && line.Count(letter => letter == '|') >= 5)
        .Select(line => line.Replace("\\|", "").Split('|'))
        .Select(cells => (cells[1].Trim(' ', '`'), cells[4].Split(',').Select(model => model.Trim()).ToArray()));
}
