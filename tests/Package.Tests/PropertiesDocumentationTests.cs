using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>docs/properties.md has every property, metadatum and argument that there is, and no other.</summary>
public sealed partial class PropertiesDocumentationTests
{
    private static readonly Row[] Table = [.. File.ReadLines(Documentation("properties.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 7 && cells[2].StartsWith('`')).Select(cells => new Row(cells[1], cells[2].Trim('`'), cells[3], cells[4], cells[5]))];

    private static readonly XDocument[] BuildFiles = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src", "Generator", "build"))
        .Where(file => file.EndsWith(".props", StringComparison.Ordinal) || file.EndsWith(".targets", StringComparison.Ordinal)).Select(XDocument.Load)];

    /// <summary>
    /// Those that the build files read by their name, and those of the SDK that they set. One that hangs a target into a list of the SDK's, or that
    /// hands the result of one step to the next, is no setting.
    /// </summary>
    [Fact]
    public void EveryPropertyOfTheBuildFilesIsDocumented()
    {
        BuildFiles.Length.ShouldBeGreaterThan(4);
        IEnumerable<string> read = BuildFiles.SelectMany(file => PropertyOfModelGen().Matches(file.ToString()).Select(match => match.Groups["name"].Value));
        IEnumerable<string> set = BuildFiles.SelectMany(file => file.Descendants("PropertyGroup")).Elements()
            .Where(property => !property.Value.Contains($"$({property.Name.LocalName})", StringComparison.Ordinal) && !InnerResult().IsMatch(property.Value))
            .Select(property => property.Name.LocalName).Where(name => !name.StartsWith('_'));
        Names("property").ShouldBe(read.Concat(set).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void EveryMetadatumOfTheItemIsDocumented()
    {
        IEnumerable<string> defined = BuildFiles.SelectMany(file => file.Descendants("ItemDefinitionGroup")).Elements("GgufModel").Elements()
            .Select(metadatum => metadatum.Name.LocalName);
        Names("metadata").ShouldBe(defined, ignoreOrder: true);

        // The tasks read these, and no others.
        string reader = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src", "Tasks", "ModelItem.cs"));
        MetadatumRead().Matches(reader).Select(match => match.Groups["name"].Value).Where(name => name != "FullPath").Distinct()
            .ShouldBe(Names("metadata"), ignoreOrder: true);
    }

    [Fact]
    public void EveryArgumentOfTheAttributeIsDocumented() => Names("attribute").ShouldBe(
        typeof(GgufModelAttribute).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(property => property.Name),
        ignoreOrder: true);

    [Fact]
    public void EveryRowSaysWhatItIsAndWhatAWrongValueGives()
    {
        string diagnostics = File.ReadAllText(Documentation("diagnostics.md"));
        Table.ShouldNotBeEmpty();
        Table.Select(row => row.Name).ShouldBeUnique();
        foreach (Row row in Table)
        {
            new[] { row.Default, row.Meaning, row.WrongValue }.ShouldAllBe(cell => cell.Length > 0, row.Name);
            foreach (string code in Diagnostic().Matches(row.WrongValue).Select(match => match.Value))
            {
                row.WrongValue.ShouldContain($"[{code}](diagnostics.md#{code.ToLowerInvariant()})", customMessage: row.Name);
                diagnostics.ShouldContain($"<a id=\"{code.ToLowerInvariant()}\"></a>", customMessage: row.Name);
            }
        }
    }

    private static string Documentation(string name) => Path.Combine(RepositoryFiles.Root, "docs", name);

    private static string[] Names(string kind) => [.. Table.Where(row => row.Kind == kind).Select(row => row.Name)];

    [GeneratedRegex(@"\$\((?<name>ModelGen\w+)\)")]
    private static partial Regex PropertyOfModelGen();

    [GeneratedRegex(@"^\$\(_\w+\)$")]
    private static partial Regex InnerResult();

    [GeneratedRegex(@"GetMetadata\(""(?<name>\w+)""\)")]
    private static partial Regex MetadatumRead();

    [GeneratedRegex("MGEN[0-9]{3}")]
    private static partial Regex Diagnostic();

    private sealed record Row(string Kind, string Name, string Default, string Meaning, string WrongValue);
}
