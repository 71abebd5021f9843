using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
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
        "build/ModelGen.props",
        "build/ModelGen.targets",
        "buildTransitive/ModelGen.props",
        "buildTransitive/ModelGen.targets",
        "lib/net10.0/_._",
        "lib/net9.0/_._",
        "tools/netstandard2.0/ModelGen.Abstractions.dll",
        "tools/netstandard2.0/ModelGen.Tasks.dll",
    ]);

    [Theory]
    [InlineData("ModelGen.Abstractions", "net10.0", "netstandard2.0")]
    [InlineData("ModelGen.Runtime", "net10.0", "net9.0")]
    public void LibrariesHaveTheirDocumentation(string package, params string[] frameworks) => Files(package).ShouldBe(
    [
        "PACKAGE.md",
        .. frameworks.SelectMany(framework => new[] { $"lib/{framework}/{package}.dll", $"lib/{framework}/{package}.xml" }),
    ]);

    /// <summary>The files of a package without those that every package has.</summary>
    private string[] Files(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(fixture.Packages, $"{package}.{PackageFixture.Version}.nupkg"));
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
