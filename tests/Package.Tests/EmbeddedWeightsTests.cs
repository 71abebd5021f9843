using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>ModelGenWeights=Embed: a library has the weights of its models in its assembly, and no file beside it.</summary>
public sealed class EmbeddedWeightsTests(PackageFixture packages)
{
    private const int StoryLength = 6;

    private static readonly string Story = string.Join(' ', CleanProject.FirstTruth(StoryLength));

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task AProgramFindsTheWeightsOfSeveralModelsInALibrarysAssembly()
    {
        string folder = await WriteAsync();
        string output = Path.Combine(folder, "program", "out");
        await RunAsync(folder, "build", "program", "--nologo", "-o", output);

        // An assembly for a culture would be one that Load() does not look into.
        string[] files = [.. Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(output, path))];
        files.ShouldNotContain(path => path.EndsWith(".weights", StringComparison.Ordinal) || path.EndsWith(".resources.dll", StringComparison.Ordinal));
        string program = Path.Combine(output, OperatingSystem.IsWindows() ? "program.exe" : "program");
        (await DotnetCommand.RunProgramAsync(program, _cancellation)).ReplaceLineEndings("\n").ShouldBe($"{Story}\n{Story}\n");

        // What is altered in there is named as such.
        string library = Path.Combine(output, "library.dll");
        byte[] bytes = await File.ReadAllBytesAsync(library, _cancellation);
        int weights = bytes.AsSpan().IndexOf("MGPACKED"u8);
        bytes[weights + 4096 + 1000] ^= 1;
        await File.WriteAllBytesAsync(library, bytes, _cancellation);
        string damaged = await DotnetCommand.RunFailingProgramAsync(program, _cancellation);
        damaged.ShouldContain(".weights in the assembly library is damaged: its vocabulary section does not match its checksum.");
        bytes[weights] ^= 1;
        await File.WriteAllBytesAsync(library, bytes, _cancellation);
        (await DotnetCommand.RunFailingProgramAsync(program, _cancellation)).ShouldContain(".weights in the assembly library is not a file of packed weights");

        // A package of the library needs no build file to bring them.
        await RunAsync(folder, "pack", "library", "--nologo", "-o", folder);
        using (ZipArchive package = ZipFile.OpenRead(Path.Combine(folder, $"library.{PackageFixture.Version}.nupkg")))
        {
            package.Entries.ShouldNotContain(entry => entry.FullName.StartsWith("weights", StringComparison.Ordinal) || entry.FullName.StartsWith("build", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ANativeProgramHasThemToo()
    {
        NativeLinker.SkipWithout();
        string folder = await WriteAsync();
        string published = Path.Combine(folder, "published");
        await RunAsync(folder, "publish", "program", "--nologo", "-o", published, "--use-current-runtime", "-p:PublishAot=true", "-p:DebugType=none");
        string program = Directory.GetFiles(published).ShouldHaveSingleItem();
        (await DotnetCommand.RunProgramAsync(program, _cancellation)).ReplaceLineEndings("\n").ShouldBe($"{Story}\n{Story}\n");
    }

    private Task<string> RunAsync(string folder, params string[] arguments) => DotnetCommand.RunAsync(folder, packages.Environment, _cancellation, arguments);

    /// <summary>Writes a library with two models, whose names have a culture and what a command line divides by, and a program; returns their folder.</summary>
    private async Task<string> WriteAsync()
    {
        string folder = Path.Combine(packages.Root, "Embedded " + Path.GetRandomFileName());
        string model = Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models", "demo-stories-Q8_0.gguf");
        string library = Directory.CreateDirectory(Path.Combine(folder, "library")).FullName;
        string program = Directory.CreateDirectory(Path.Combine(folder, "program")).FullName;
        File.Copy(model, Path.Combine(library, "stories.de.gguf"));
        File.Copy(model, Path.Combine(library, "a, 'b'.gguf"));
        await File.WriteAllTextAsync(
            Path.Combine(library, "library.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <Version>{PackageFixture.Version}</Version>
                <ModelGenWeights>Embed</ModelGenWeights>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
                <GgufModel Include="*.gguf" />
              </ItemGroup>
            </Project>
            """,
            _cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(library, "Storyteller.cs"),
            """
            using ModelGen;

            namespace Library
            {
                [GgufModel("stories.de.gguf", ContextLength = 128)]
                public sealed partial class First;

                [GgufModel("a, 'b'.gguf", ContextLength = 128)]
                public sealed partial class Second;

                public static class Storyteller
                {
                    public static string Tell(CompiledDecoder model, int count)
                    {
                        using Session session = model.CreateSession();
                        int prompt = model.Tokenizer.CountTokens("Once upon a time");
                        foreach (string _ in session.Generate("Once upon a time", new GenerationOptions { Temperature = 0, MaxTokens = count }))
                        {
                        }

                        return string.Join(' ', session.Tokens[prompt..].ToArray());
                    }
                }
            }
            """,
            _cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(program, "program.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../library/library.csproj" />
              </ItemGroup>
            </Project>
            """,
            _cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(program, "Program.cs"),
            $$"""
            using (Library.First first = Library.First.Load(new ModelGen.LoadOptions { VerifyWeights = true }))
            using (Library.Second second = Library.Second.Load())
            {
                System.Console.WriteLine(Library.Storyteller.Tell(first, {{StoryLength}}));
                System.Console.WriteLine(Library.Storyteller.Tell(second, {{StoryLength}}));
            }
            """,
            _cancellation);
        return folder;
    }
}
