using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>A user's folder outside of the repository, with projects and models of random weights that are as small as any.</summary>
internal sealed class SourceTree
{
    private readonly PackageFixture _packages;

    /// <summary>Makes the folder.</summary>
    /// <param name="packages">The packages, and the folder above.</param>
    /// <param name="path">Path of the folder, from the one above.</param>
    public SourceTree(PackageFixture packages, string path)
    {
        _packages = packages;
        Folder = Directory.CreateDirectory(Path.Combine(packages.Root, path)).FullName;

        // NuGet asks for a map of sources where versions are central. It is also what lets nothing else answer for these packages.
        Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packages" value="{packages.Packages}" />
              </packageSources>
            </configuration>
            """);
    }

    public string Folder { get; }

    /// <summary>Variables of every command in the tree.</summary>
    public IReadOnlyDictionary<string, string> Environment => _packages.Environment;

    /// <summary>A project file of a program or library.</summary>
    /// <param name="outputType">Exe or Library.</param>
    /// <param name="items">Items beside the package.</param>
    /// <param name="properties">Further properties.</param>
    public static string ProjectFile(string outputType, string items, string properties = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{outputType}</OutputType>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
            {items}
          </ItemGroup>
        </Project>
        """;

    public string PathOf(string path) => Path.Combine(Folder, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    /// <summary>Writes a model that knows its name.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">general.name.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="template">tokenizer.chat_template, or null for none.</param>
    public void WriteModel(string path, string name, int seed = 1, string? template = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), new TinyModel { Name = name, Layers = 1, Seed = seed, ChatTemplate = template }.ToArray());
    }

    public Task<string> DotnetAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        DotnetCommand.RunAsync(Folder, Environment, cancellation, arguments);

    public Task<string[]> ErrorsAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        DotnetCommand.ErrorsAsync(Folder, Environment, cancellation, arguments);

    /// <summary>Runs a program that was built here and returns its lines.</summary>
    /// <param name="assembly">Path of its assembly.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<string[]> RunAsync(string assembly, CancellationToken cancellation) =>
        Lines(await DotnetAsync(cancellation, "exec", PathOf(assembly)));

    public static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Every file below a folder with the time it was written, to tell what a build has touched.</summary>
    /// <param name="path">The folder.</param>
    public string[] Files(string path = "")
    {
        string folder = PathOf(path);
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => $"{Path.GetRelativePath(folder, file)} {File.GetLastWriteTimeUtc(file):O}"),
        ];
    }
}
