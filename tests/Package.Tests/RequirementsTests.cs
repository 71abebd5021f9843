using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Threading;
using System.Threading.Tasks;
using System.Xml.Linq;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>Projects that cannot have a model are told so in one sentence, in place of the compiler's errors.</summary>
public sealed class RequirementsTests(PackageFixture packages)
{
    private const string FrameworkSentence =
        "error MGEN025: ModelGen compiles models for net9.0 and newer, and {0} is for {1}: set TargetFramework to net10.0, or, where a project has several frameworks, reference ModelGen for the newer ones alone.";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private static string TargetsFile => Path.Combine(RepositoryFiles.Root, "src", "Generator", "build", "ModelGen.targets");

    /// <summary>Restoring works, and the build ends before the compiler misses names.</summary>
    [Fact]
    public async Task OlderFrameworksAreOneErrorEach()
    {
        CleanProject project = new(packages, "OldFrameworks");
        project.Write("Old.csproj", CleanProject.ProjectFile("Library")
            .Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;net8.0;netstandard2.0;net472</TargetFrameworks>", StringComparison.Ordinal));

        string[] errors = await project.ErrorsAsync(_cancellation, "build", "--nologo");

        errors.Length.ShouldBe(3, string.Join('\n', errors));
        foreach (string framework in new[] { "net8.0", "netstandard2.0", "net472" })
        {
            errors.ShouldContain(error => error.Contains(string.Format(null, FrameworkSentence, "Old", framework), StringComparison.Ordinal));
        }

        File.Exists(project.PathOf("bin/Debug/net10.0/stories.weights")).ShouldBeTrue("the framework that can have the model has it");
    }

    /// <summary>The SDK's build files say which compiler it has; here they say what those of .NET SDK 9.0.200 say.</summary>
    [Fact]
    public async Task AnOlderCompilerIsOneError()
    {
        CleanProject project = new(packages, "OldCompiler");
        project.Write("Old.csproj", CleanProject.ProjectFile("Library"));

        string[] errors = await project.ErrorsAsync(_cancellation, "build", "--nologo", "-p:CompilerApiVersion=roslyn4.13");

        errors.Length.ShouldBe(1, string.Join('\n', errors));
        errors[0].ShouldContain("Old.csproj : error MGEN026: ModelGen needs the C# compiler 4.14 or newer, and this build has 4.13 (.NET SDK ");
        errors[0].ShouldContain("install the .NET SDK 9.0.300 or newer (Visual Studio 2022 17.14)");
    }

    /// <summary>The compiler refuses a generator that was built against a newer one.</summary>
    [Fact]
    public void TheCompilerAskedForIsTheOneThatTheGeneratorIsBuiltWith()
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(packages.Packages, $"ModelGen.{PackageFixture.Version}.nupkg"));
        using Stream stream = archive.GetEntry("analyzers/dotnet/cs/ModelGen.Generator.dll")!.Open();
        using MemoryStream generator = new();
        stream.CopyTo(generator);
        generator.Position = 0;
        using PEReader image = new(generator);
        MetadataReader metadata = image.GetMetadataReader();
        Version built = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .Single(reference => metadata.GetString(reference.Name) == "Microsoft.CodeAnalysis").Version;

        XDocument targets = XDocument.Load(Path.Combine(Path.GetDirectoryName(TargetsFile)!, "ModelGen.Requirements.targets"));
        string asked = targets.Descendants("_ModelGenCompilerVersion").Single().Value;
        asked.ShouldBe($"{built.Major}.{built.Minor}");
    }

    [Theory]
    [InlineData("v9.0", "C#", "roslyn4.14")]
    [InlineData("v10.0", "C#", "roslyn5.9")]
    [InlineData("v11.0", "C#", "roslyn10.0")]
    public async Task IsSilentWhereAllIsThere(string framework, string language, string compiler) =>
        (await CheckAsync(framework, language, compiler)).Trim().ShouldBeEmpty();

    /// <summary>The first thing that is missing is told, and no second one. A design-time build goes on.</summary>
    [Theory]
    [InlineData("v8.0", "C#", "roslyn4.8", "MGEN025: ModelGen compiles models for net9.0 and newer, and ")]
    [InlineData("v9.0", "C#", "roslyn4.9", "MGEN026: ModelGen needs the C# compiler 4.14 or newer, and this build has 4.9 ")]
    [InlineData("v10.0", "C#", "", "MGEN026: ModelGen needs the C# compiler 4.14 or newer, and this build has 3.0 ")]
    [InlineData("v10.0", "F#", "", "MGEN026: ModelGen writes C#, and ")]
    [InlineData("v8.0", "VB", "roslyn5.9", "MGEN026: ModelGen writes C#, and ")]
    public async Task WarnsInADesignTimeBuild(string framework, string language, string compiler, string sentence)
    {
        string log = await CheckAsync(framework, language, compiler, "-p:DesignTimeBuild=true");
        log.Trim().Split('\n').Length.ShouldBe(1, log);
        log.ShouldContain(": warning " + sentence);
    }

    /// <summary>A project that a library with a model reaches needs nothing of what the library needs; one in F# that has the package, a framework.</summary>
    [Theory]
    [InlineData("v8.0", "C#", "")]
    [InlineData("v10.0", "F#", "ModelGen")]
    public async Task LeavesProjectsAloneThatCompileNoModel(string framework, string language, string package) =>
        (await CheckAsync(framework, language, compiler: "", "-p:Model=", "-p:Package=" + package)).Trim().ShouldBeEmpty();

    /// <summary>Runs the check by itself and returns what MSBuild printed.</summary>
    private async Task<string> CheckAsync(string framework, string language, string compiler, params string[] arguments)
    {
        string project = Path.Combine(packages.Root, Path.GetRandomFileName() + ".proj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <PropertyGroup>
                <TargetFrameworkIdentifier>.NETCoreApp</TargetFrameworkIdentifier>
                <TargetFrameworkVersion>{framework}</TargetFrameworkVersion>
                <Language>{language}</Language>
                <CompilerApiVersion>{compiler}</CompilerApiVersion>
                <Model>stories.gguf</Model>
              </PropertyGroup>
              <ItemGroup>
                <GgufModel Include="$(Model)" />
                <PackageReference Include="$(Package)" />
              </ItemGroup>
              <Import Project="{TargetsFile}" />
            </Project>
            """,
            _cancellation);
        return await DotnetCommand.RunAsync(
            packages.Root,
            new Dictionary<string, string>(),
            _cancellation,
            ["msbuild", project, "-nologo", "-verbosity:minimal", "-target:CheckModelGenRequirements", .. arguments]);
    }
}
