using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ModelGen.Architectures;
using ModelGen.Generator.Diagnostics;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Diagnostics;

/// <summary>Every diagnostic is documented, released and reachable.</summary>
public sealed class DocumentationTests
{
    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Descriptors).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>()];

    [Fact]
    public void IdsAreUniqueAndWellFormed()
    {
        All.ShouldNotBeEmpty();
        All.Select(descriptor => descriptor.Id).ShouldBeUnique();
        All.ShouldAllBe(descriptor => Regex.IsMatch(descriptor.Id, "^MGEN[0-9]{3}$"));
        All.ShouldAllBe(descriptor => descriptor.Category == "ModelGen");
    }

    [Fact]
    public void EveryDiagnosticHasItsSection()
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs/diagnostics.md"));
        foreach (DiagnosticDescriptor descriptor in All)
        {
            int anchor = Array.IndexOf(lines, $"<a id=\"{descriptor.Id.ToLowerInvariant()}\"></a>");
            anchor.ShouldBeGreaterThan(0, descriptor.Id + " has no anchor");
            lines[anchor + 1].ShouldBe("", descriptor.Id);
            lines[anchor + 2].ShouldBe($"## {descriptor.Id}: {descriptor.Title}", descriptor.Id);
            string[] section = [.. lines.Skip(anchor + 3).TakeWhile(line => !line.StartsWith("<a id=", StringComparison.Ordinal))];
            section.ShouldContain(line => line.StartsWith("**Mend:**", StringComparison.Ordinal), descriptor.Id + " has no mend");
            section.ShouldContain(line => line.StartsWith("```", StringComparison.Ordinal), descriptor.Id + " has no example");
        }
    }

    [Fact]
    public void EveryDiagnosticIsListedAmongTheReleases()
    {
        string[] lines = [.. new[] { "Shipped", "Unshipped" }.SelectMany(name =>
            File.ReadAllLines(Path.Combine(RepositoryFiles.Root, $"src/Generator/AnalyzerReleases.{name}.md")))];
        string[] rules = [.. lines.Where(line => line.StartsWith("MGEN", StringComparison.Ordinal))];
        rules.ShouldBe(
            All.Select(descriptor => $"{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}"), ignoreOrder: true);
    }

    [Fact]
    public void EveryProblemOfAModelHasItsOwnDiagnostic()
    {
        IEnumerable<DiagnosticDescriptor> descriptors = Enum.GetValues<SpecProblemKind>().Select(Descriptors.Of);
        descriptors.ShouldBeUnique();
    }
}
