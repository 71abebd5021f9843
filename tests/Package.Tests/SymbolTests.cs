using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>
/// Line numbers and sources for whoever debugs: in the assemblies that compilers and builds load, and in symbol packages for those that
/// programs ship with. Both name the repository's folders, and none of the machine that they were built on.
/// </summary>
public sealed class SymbolTests(PackageFixture packages)
{
    // Where the compiler writes the repository's folder.
    private const string MappedRoot = "/_/";

    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public void TheGeneratorAndTheTasksCarryTheirSymbols()
    {
        foreach (string path in new[]
        {
            "analyzers/dotnet/cs/ModelGen.Generator.dll", "analyzers/dotnet/cs/ModelGen.Abstractions.dll",
            "tools/netstandard2.0/ModelGen.Tasks.dll", "tools/netstandard2.0/ModelGen.Abstractions.dll",
        })
        {
            using PEReader assembly = ReadAssembly("ModelGen", path);
            DebugDirectoryEntry entry = assembly.ReadDebugDirectory().Single(each => each.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            using MetadataReaderProvider symbols = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            ShouldNameTheRepositorysFolders(symbols.GetMetadataReader(), path);
        }
    }

    [Theory]
    [InlineData("ModelGen.Abstractions", "net10.0")]
    [InlineData("ModelGen.Extensions.AI", "net10.0", "net9.0")]
    [InlineData("ModelGen.MLTokenizers", "net10.0", "net9.0")]
    [InlineData("ModelGen.Runtime", "net10.0", "net9.0")]
    [InlineData("ModelGen.Server", "net10.0")]
    public void LibrariesHaveASymbolPackageWithTheirSources(string package, params string[] frameworks)
    {
        using ZipArchive archive = Open(package, ".snupkg");
        archive.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(frameworks.Select(framework => $"lib/{framework}/{package}.pdb"));
        foreach (string framework in frameworks)
        {
            using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbImage(Read(archive, $"lib/{framework}/{package}.pdb"));
            MetadataReader symbols = provider.GetMetadataReader();
            ShouldNameTheRepositorysFolders(symbols, package);
            foreach (DocumentHandle handle in symbols.Documents)
            {
                symbols.GetCustomDebugInformation(handle).Select(symbols.GetCustomDebugInformation)
                    .ShouldContain(information => symbols.GetGuid(information.Kind) == EmbeddedSource, symbols.GetString(symbols.GetDocument(handle).Name));
            }

            // A debugger takes symbols for an assembly's by this id, and no others.
            using PEReader assembly = ReadAssembly(package, $"lib/{framework}/{package}.dll");
            DebugDirectoryEntry entry = assembly.ReadDebugDirectory().First(each => each.Type == DebugDirectoryEntryType.CodeView);
            new BlobContentId(symbols.DebugMetadataHeader!.Id).Guid.ShouldBe(assembly.ReadCodeViewDebugDirectoryData(entry).Guid);
        }
    }

    /// <summary>Where the working copy has a remote on a host that Source Link knows: here one made for it, since that of a clone may be a folder.</summary>
    [Fact]
    public async Task SourceLinkSaysWhereTheSourcesOfACommitAre()
    {
        const string commit = "0123456789abcdef0123456789abcdef01234567";
        string copy = Path.Combine(packages.Root, "working copy");
        IEnumerable<string> projects = new[] { "*.props", "*.targets", "*.csproj" }
            .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src"), pattern, SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        foreach (string path in projects.Concat(Directory.EnumerateFiles(RepositoryFiles.Root)))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(RepositoryFiles.Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        string git = Directory.CreateDirectory(Path.Combine(copy, ".git", "refs")).Parent!.FullName;
        Directory.CreateDirectory(Path.Combine(git, "objects"));
        await File.WriteAllTextAsync(Path.Combine(git, "HEAD"), commit + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(git, "config"),
            "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://github.com/example/modelgen.git\n",
            TestContext.Current.CancellationToken);

        await DotnetCommand.RunAsync(
            copy,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            "msbuild",
            "src/Runtime",
            "-t:GenerateSourceLinkFile",
            "-p:TargetFramework=net10.0",
            "-p:Configuration=Release",
            "-p:GitRepositoryConfigurationScope=local",
            $"-p:IntermediateOutputPath={copy}/");

        string link = Path.Combine(copy, "ModelGen.Runtime.sourcelink.json");
        using JsonDocument documents = JsonDocument.Parse(await File.ReadAllTextAsync(link, TestContext.Current.CancellationToken));
        JsonProperty sources = documents.RootElement.GetProperty("documents").EnumerateObject().ShouldHaveSingleItem();
        sources.Name.ShouldBe(MappedRoot + "*");
        sources.Value.GetString().ShouldBe($"https://raw.githubusercontent.com/example/modelgen/{commit}/*");
    }

    [Theory]
    [InlineData("ModelGen")]
    [InlineData("ModelGen.Abstractions")]
    [InlineData("ModelGen.Extensions.AI")]
    [InlineData("ModelGen.MLTokenizers")]
    [InlineData("ModelGen.Runtime")]
    [InlineData("ModelGen.Server")]
    public void PackagesNameNoFolderOfTheMachineTheyWereBuiltOn(string package)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        byte[][] places = [.. new[] { RepositoryFiles.Root, home + Path.DirectorySeparatorChar }.SelectMany(place => new[]
        {
            Encoding.UTF8.GetBytes(place), Encoding.Unicode.GetBytes(place),
        })];
        string[] kinds = package == "ModelGen" ? [".nupkg"] : [".nupkg", ".snupkg"];
        foreach (string kind in kinds)
        {
            using ZipArchive archive = Open(package, kind);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                ImmutableArray<byte> content = Read(archive, entry.FullName);
                foreach (byte[] place in places)
                {
                    content.AsSpan().IndexOf(place).ShouldBeLessThan(0, entry.FullName);
                }
            }
        }
    }

    private static void ShouldNameTheRepositorysFolders(MetadataReader symbols, string name)
    {
        string[] documents = [.. symbols.Documents.Select(handle => symbols.GetString(symbols.GetDocument(handle).Name))];
        documents.ShouldNotBeEmpty(name);
        documents.ShouldAllBe(document => document.StartsWith(MappedRoot, StringComparison.Ordinal), name);
    }

    private PEReader ReadAssembly(string package, string path)
    {
        using ZipArchive archive = Open(package, ".nupkg");
        return new PEReader(Read(archive, path));
    }

    private static ImmutableArray<byte> Read(ZipArchive archive, string path)
    {
        using Stream stream = archive.GetEntry(path)!.Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return ImmutableArray.Create(content.ToArray());
    }

    private ZipArchive Open(string package, string ending) => ZipFile.OpenRead(Path.Combine(packages.Packages, $"{package}.{PackageFixture.Version}{ending}"));
}
