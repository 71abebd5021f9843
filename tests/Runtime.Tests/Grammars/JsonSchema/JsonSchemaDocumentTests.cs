using System;
using System.IO;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Sets;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>What docs/json-schema.md lists is what the code has.</summary>
public sealed class JsonSchemaDocumentTests
{
    [Fact]
    public void FormatsThatAreAssertedAreListed()
    {
        string row = File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "json-schema.md"))
            .Single(line => line.StartsWith("| `format` |", StringComparison.Ordinal));
        string list = row[(row.IndexOf("asserted:", StringComparison.Ordinal) + 9)..];
        list[..list.IndexOf('.', StringComparison.Ordinal)].Split(',', StringSplitOptions.TrimEntries).ShouldBe(TextFormats.Names);
    }
}
