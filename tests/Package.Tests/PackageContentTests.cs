using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using ModelGen.Tests.Shared;
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
        "icon.png",
        "lib/net10.0/_._",
        "lib/net9.0/_._",
        "tools/netstandard2.0/ModelGen.Abstractions.dll",
        "tools/netstandard2.0/ModelGen.Tasks.dll",
    ]);

    [Theory]
    [InlineData("ModelGen.Abstractions", "net10.0", "netstandard2.0")]
    [InlineData("ModelGen.Extensions.AI", "net10.0", "net9.0")]
    [InlineData("ModelGen.MLTokenizers", "net10.0", "net9.0")]
    [InlineData("ModelGen.Runtime", "net10.0", "net9.0")]
    [InlineData("ModelGen.Server", "net10.0")]
    public void LibrariesHaveTheirDocumentation(string package, params string[] frameworks) => Files(package).ShouldBe(
    [
        "PACKAGE.md",
        "icon.png",
        .. frameworks.SelectMany(framework => new[] { $"lib/{framework}/{package}.dll", $"lib/{framework}/{package}.xml" }),
    ]);

    /// <summary>What a feed shows: who made it, what it is, under which licence, with which words and picture.</summary>
    [Theory]
    [InlineData("ModelGen")]
    [InlineData("ModelGen.Abstractions")]
    [InlineData("ModelGen.Extensions.AI")]
    [InlineData("ModelGen.MLTokenizers")]
    [InlineData("ModelGen.Runtime")]
    [InlineData("ModelGen.Server")]
    public void PackagesSayWhatTheyAre(string package)
    {
        using ZipArchive archive = Open(package);
        Dictionary<string, XElement> metadata = Nuspec(archive, package).Descendants().Single(element => element.Name.LocalName == "metadata").Elements()
            .ToDictionary(element => element.Name.LocalName);
        metadata["license"].Value.ShouldBe("MIT");
        metadata["license"].Attribute("type")!.Value.ShouldBe("expression");
        foreach (string name in new[] { "authors", "description", "copyright", "tags" })
        {
            metadata[name].Value.ShouldNotBeNullOrWhiteSpace(name);
        }

        using StreamReader readme = new(archive.GetEntry(metadata["readme"].Value)!.Open());
        readme.ReadToEnd().ShouldStartWith("# ModelGen");

        // A PNG file of 128 by 128 pixels.
        using Stream icon = archive.GetEntry(metadata["icon"].Value)!.Open();
        byte[] header = new byte[24];
        icon.ReadExactly(header);
        header[..8].ShouldBe([0x89, .. "PNG\r\n\u001a\n"u8]);
        BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16)).ShouldBe(128);
        BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(20)).ShouldBe(128);
    }

    /// <summary>Where sources are is said by whoever packs a release, and not by the remotes of a working copy: those may be anywhere.</summary>
    [Fact]
    public async Task TheRepositoryIsTheOneThatIsNamedWhenPacking()
    {
        foreach (string package in new[]
        {
            "ModelGen", "ModelGen.Abstractions", "ModelGen.Extensions.AI", "ModelGen.MLTokenizers", "ModelGen.Runtime", "ModelGen.Server",
        })
        {
            using ZipArchive archive = Open(package);
            Nuspec(archive, package).Descendants().Where(element => element.Name.LocalName == "repository")
                .ShouldAllBe(repository => repository.Attribute("url") == null);
        }

        const string Address = "https://git.example/modelgen";
        string properties = await DotnetCommand.RunAsync(
            RepositoryFiles.Root,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            "msbuild",
            "src/Generator",
            "-t:SetNuspecProperties",
            "-p:RepositoryUrl=" + Address,
            "-getProperty:NuspecProperties");
        properties.ShouldContain(";repository=" + Address + ";commit=");
        XElement template = XDocument.Load(Path.Combine(RepositoryFiles.Root, "src", "Generator", "ModelGen.nuspec"))
            .Descendants().Single(element => element.Name.LocalName == "repository");
        template.Attribute("url")!.Value.ShouldBe("$repository$");
        template.Attribute("commit")!.Value.ShouldBe("$commit$");
    }

    /// <summary>A package takes others of its own release only: the generator writes for one runtime, and internals are shared.</summary>
    [Theory]
    [InlineData("ModelGen", "ModelGen.Runtime", "net9.0", "net10.0")]
    [InlineData("ModelGen.Extensions.AI", "ModelGen.Runtime", "net9.0", "net10.0")]
    [InlineData("ModelGen.MLTokenizers", "ModelGen.Runtime", "net9.0", "net10.0")]
    [InlineData("ModelGen.Runtime", "ModelGen.Abstractions", "net9.0", "net10.0")]
    [InlineData("ModelGen.Server", "ModelGen.Runtime", "net10.0")]
    public void PackagesOfOneReleaseRequireEachOtherExactly(string package, string required, params string[] frameworks)
    {
        using ZipArchive archive = Open(package);
        XElement[] groups =
        [
            .. Nuspec(archive, package).Descendants().Single(element => element.Name.LocalName == "dependencies").Elements()
                .Where(element => element.Name.LocalName == "group"),
        ];
        groups.Select(group => group.Attribute("targetFramework")!.Value).ShouldBe(frameworks, ignoreOrder: true);
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

    private static XDocument Nuspec(ZipArchive archive, string package)
    {
        using Stream stream = archive.GetEntry(package + ".nuspec")!.Open();
        return XDocument.Load(stream);
    }

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
