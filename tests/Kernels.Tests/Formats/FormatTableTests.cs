using System;
using System.IO;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Formats;

/// <summary>docs/formats.md lists what the code has.</summary>
public sealed class FormatTableTests
{
    [Fact]
    public void TheTableHasARowForEachFormat() => File
        .ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "formats.md"))
        .SkipWhile(line => !line.StartsWith("| format | block |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|')[1].Trim())
        .ShouldBe(TensorFormat.All.Select(format => format.Name), ignoreOrder: true);
}
