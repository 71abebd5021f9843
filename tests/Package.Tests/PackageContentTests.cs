using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>What is in the packages, and nothing else.</summary>
public sealed class PackageContentTests(PackageFixture fixture)
{
    [Fact]
    public void ModelGenHasTheGeneratorTheTasksAndTheBuildFiles() => Files("ModelGen").ShouldBe(
    [
        "PACKAGE.md",
        "analyzers/dotnet/cs/ModelGen.Abstractions.dll",
        "analyzers/dotnet/cs/ModelGen.Generator.dll",
        "build/ModelGen.InstructionSets.targets",
        "build/ModelGen.Levels.targets",
        "build/ModelGen.Pack.targets",
        "build/ModelGen.Publish.targets",
        "build/ModelGen.Requirements.targets",
        "build/ModelGen.props",
        "build/ModelGen.targets",
        "build/launcher/launcher.c",
        "build/launcher/processor.h",
        "build/launcher/system.h",
        "buildMultiTargeting/ModelGen.targets",
        "buildTransitive/ModelGen.InstructionSets.targets",
        "buildTransitive/ModelGen.Levels.targets",
        "buildTransitive/ModelGen.Pack.targets",
        "buildTransitive/ModelGen.Publish.targets",
        "buildTransitive/ModelGen.Requirements.targets",
        "buildTransitive/ModelGen.props",
        "buildTransitive/ModelGen.targets",
        "buildTransitive/launcher/launcher.c",
        "buildTransitive/launcher/processor.h",
        "buildTransitive/launcher/system.h",
        "lib/net10.0/_._",
        "lib/net9.0/_._",
        "tools/netstandard2.0/ModelGen.Abstractions.dll",
        "tools/netstandard2.0/ModelGen.Tasks.dll",
    ]);

    [Theory]
    [InlineData("ModelGen.Abstractions", "net10.0", "netstandard2.0")]
    [InlineData("ModelGen.MLTokenizers", "net10.0", "net9.0")]
    [InlineData("ModelGen.Runtime", "net10.0", "net9.0")]
    public void LibrariesHaveTheirDocumentation(string package, params string[] frameworks) => Files(package).ShouldBe(
    [
        "PACKAGE.md",
        .. frameworks.SelectMany(framework => new[] { $"lib/{framework}/{package}.dll", $"lib/{framework}/{package}.xml" }),
    ]);

    /// <summary>A package takes others of its own release only: the generator writes for one runtime, and internals are shared.</summary>
    [Theory]
    [InlineData("ModelGen", "ModelGen.Runtime")]
    [InlineData("ModelGen.MLTokenizers", "ModelGen.Runtime")]
    [InlineData("ModelGen.Runtime", "ModelGen.Abstractions")]
    public void PackagesOfOneReleaseRequireEachOtherExactly(string package, string required)
    {
        using ZipArchive archive = Open(package);
        using Stream stream = archive.GetEntry(package + ".nuspec")!.Open();
        XElement[] groups = [.. XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "group")];
        groups.Select(group => group.Attribute("targetFramework")!.Value).ShouldBe(["net9.0", "net10.0"], ignoreOrder: true);
        foreach (XElement group in groups)
        {
            Versions(group, "ModelGen").ShouldBe([(required, "[" + PackageFixture.Version + "]")]);
        }

        // Those of others stay ranges.
        groups.SelectMany(group => Versions(group, "Microsoft")).ShouldAllBe(dependency => !dependency.Version.StartsWith('['));
    }

    private static IEnumerable<(string Id, string Version)> Versions(XElement group, string start) => group.Elements()
        .Select(dependency => (Id: dependency.Attribute("id")!.Value, Version: dependency.Attribute("version")!.Value))
        .Where(dependency => dependency.Id.StartsWith(start, StringComparison.Ordinal));

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(fixture.Packages, $"{package}.{PackageFixture.Version}.nupkg"));

    /// <summary>The files of a package without those that every package has.</summary>
    private string[] Files(string package)
    {
        using ZipArchive archive = Open(package);
        string[] frame = [package + ".nuspec", "[Content_Types].xml"];
        return
        [
            .. archive.Entries
                .Select(entry => entry.FullName)
                .Where(name => !frame.Contains(name) && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}
