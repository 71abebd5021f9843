using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>
/// A solution that was built once, far down in folders with spaces and letters of several alphabets: two programs and a library that share a
/// model, which lies outside of all their folders, as another model of one of them does. Versions are central, and restored from lock files.
/// </summary>
public sealed class SharedModelSolution(PackageFixture packages) : IAsyncLifetime
{
    // Longer by itself than Windows takes without being told, with what a build writes below it than most tools have seen.
    private const int LongPath = 200;

    internal SourceTree Tree { get; } = new(packages, Path.Combine(
        "far away", "проект — 模型 für Ünïcode", new string('a', 70), "it goes on " + new string('b', 70), "solution"));

    /// <summary>What the build printed.</summary>
    internal string Log { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Assert.True(Tree.Folder.Length > LongPath, Tree.Folder);
        Tree.Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
              </PropertyGroup>
            </Project>
            """);
        Tree.Write("Directory.Packages.props", $"""
            <Project>
              <PropertyGroup>
                <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
                <CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled>
              </PropertyGroup>
              <ItemGroup>
                <PackageVersion Include="ModelGen" Version="{PackageFixture.Version}" />
              </ItemGroup>
            </Project>
            """);
        Tree.Write("All.slnx", """
            <Solution>
              <Project Path="First/First.csproj" />
              <Project Path="Second/Second.csproj" />
              <Project Path="Tales/Tales.csproj" />
            </Solution>
            """);
        Tree.WriteModel("models/shared.gguf", "the shared one", seed: 1);
        Tree.WriteModel("models/other.gguf", "the other one", seed: 2);

        WriteProject("Tales", "", """<GgufModel Include="../models/shared.gguf" />""", """
            using ModelGen;

            namespace Tales;

            [GgufModel("shared.gguf")]
            public sealed partial class Shared;
            """);
        WriteProject(
            "First",
            "<OutputType>Exe</OutputType>",
            """<GgufModel Include="../models/*.gguf" /><ProjectReference Include="../Tales/Tales.csproj" />""",
            """
            using System;
            using ModelGen;

            foreach (CompiledDecoder model in new CompiledDecoder[] { First.Shared.Load(), First.Other.Load(), Tales.Shared.Load() })
            {
                using Session session = model.CreateSession();
                Console.WriteLine($"{model.GetType()}: {model.Info.Name}, {session.Evaluate([1, 2])[0]:R}");
            }

            namespace First
            {
                [GgufModel("shared.gguf")]
                public sealed partial class Shared;

                [GgufModel("other.gguf")]
                public sealed partial class Other;
            }
            """);
        WriteProject("Second", "<OutputType>Exe</OutputType>", """<GgufModel Include="../models/shared.gguf" />""", """
            using System;
            using ModelGen;

            using Shared model = Shared.Load();
            using Session session = model.CreateSession();
            Console.WriteLine($"{model.GetType()}: {model.Info.Name}, {session.Evaluate([1, 2])[0]:R}");

            [GgufModel("models/shared.gguf")]
            internal sealed partial class Shared;
            """);
        Log = await Tree.DotnetAsync(TestContext.Current.CancellationToken, "build", "--nologo", "-v:n", "All.slnx");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WriteProject(string name, string properties, string items, string program)
    {
        Tree.Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{properties}</PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" />
                {items}
              </ItemGroup>
            </Project>
            """);
        Tree.Write($"{name}/{name}.cs", program);
    }
}
