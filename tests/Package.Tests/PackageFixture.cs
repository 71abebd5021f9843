using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Xunit;

[assembly: AssemblyFixture(typeof(ModelGen.Package.Tests.PackageFixture))]

namespace ModelGen.Package.Tests;

/// <summary>
/// The packages, made once, and a folder outside of the repository for projects that use them. Its package cache is its own: the
/// version is always the same, and the machine's cache would give back the packages of an earlier run.
/// </summary>
public sealed class PackageFixture : IAsyncLifetime
{
    /// <summary>A version that is published nowhere, so that no other source can answer for it.</summary>
    internal const string Version = "1.0.0-package-tests";

    internal string Root { get; } = Path.Combine(Path.GetTempPath(), "ModelGen." + Path.GetRandomFileName());

    internal string Packages => Path.Combine(Root, "packages");

    /// <summary>Packages that tests make.</summary>
    internal string MadePackages => Path.Combine(Root, "made");

    /// <summary>Variables for every command in <see cref="Root"/>.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(Root, "cache"),
    };

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Packages);
        Directory.CreateDirectory(MadePackages);
        foreach (string project in new[] { "Abstractions", "Runtime", "Generator", "MLTokenizers", "Extensions.AI", "Server" })
        {
            await DotnetCommand.RunAsync(
                RepositoryFiles.Root,
                new Dictionary<string, string>(),
                TestContext.Current.CancellationToken,
                "pack",
                "src/" + project,
                "--configuration",
                "Release",
                "--output",
                Packages,
                "--nologo",
                "-p:PackageVersion=" + Version);
        }

        // Beside the machine's own sources, which NuGet adds.
        await File.WriteAllTextAsync(Path.Combine(Root, "NuGet.config"), $"""
            <configuration>
              <packageSources>
                <add key="packages" value="{Packages}" />
                <add key="made" value="{MadePackages}" />
              </packageSources>
            </configuration>
            """);

        // Nothing of a folder above is for the projects in here.
        await File.WriteAllTextAsync(Path.Combine(Root, "Directory.Build.props"), "<Project />");
        await File.WriteAllTextAsync(Path.Combine(Root, "Directory.Build.targets"), "<Project />");
        await File.WriteAllTextAsync(Path.Combine(Root, "Directory.Packages.props"), "<Project />");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
