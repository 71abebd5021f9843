using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;

namespace ModelGen.Package.Tests;

/// <summary>A user's project outside of the repository: the package, one model, one attributed class.</summary>
internal sealed class CleanProject
{
    private readonly PackageFixture _packages;

    public CleanProject(PackageFixture packages, string name)
    {
        _packages = packages;
        Folder = Path.Combine(packages.Root, name);
        Directory.CreateDirectory(Folder);
        File.Copy(
            Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models", "demo-stories-Q8_0.gguf"), Path.Combine(Folder, "stories.gguf"));
        Write("Stories.cs", """
            using ModelGen;

            namespace Library;

            [GgufModel("stories.gguf", ContextLength = 128)]
            public sealed partial class Stories;
            """);
    }

    public string Folder { get; }

    /// <summary>A project file that references the package and names the model.</summary>
    /// <param name="outputType">Exe or Library.</param>
    /// <param name="modelMetadata">Attributes of the model's item.</param>
    public static string ProjectFile(string outputType, string modelMetadata = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{outputType}</OutputType>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
            <GgufModel Include="stories.gguf" {modelMetadata} />
          </ItemGroup>
        </Project>
        """;

    /// <summary>Prints the ids of the first tokens of a story.</summary>
    /// <param name="count">How many.</param>
    public static string Program(int count) => $$"""
        using System;
        using Library;
        using ModelGen;

        using Stories model = Stories.Load();
        using Session session = model.CreateSession();
        int prompt = model.Tokenizer.CountTokens("Once upon a time");
        foreach (string _ in session.Generate("Once upon a time", new GenerationOptions { Temperature = 0, MaxTokens = {{count}} }))
        {
        }

        Console.WriteLine("ids: " + string.Join(' ', session.Tokens[prompt..].ToArray()));
        """;

    /// <summary>The first ids that llama.cpp generates after "Once upon a time", before any that is a close call.</summary>
    /// <param name="count">How many.</param>
    public static int[] FirstTruth(int count)
    {
        string path = Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models", "demo-stories-Q8_0.truth.json");
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement story = truth.RootElement.GetProperty("cases").EnumerateArray()
            .First(each => each.GetProperty("prompt").GetString() == "Once upon a time");
        return [.. story.GetProperty("ids").EnumerateArray().Take(count).Select(id => id.GetInt32())];
    }

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(Folder, path), text);

    public string PathOf(string path) => Path.Combine(Folder, path);

    public Task<string> DotnetAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        DotnetCommand.RunAsync(Folder, _packages.Environment, cancellation, arguments);

    public Task<string[]> ErrorsAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        DotnetCommand.ErrorsAsync(Folder, _packages.Environment, cancellation, arguments);

    /// <summary>When a file was last written, to tell whether a build touched it.</summary>
    public DateTime WrittenAt(string path)
    {
        string full = PathOf(path);
        return File.Exists(full) ? File.GetLastWriteTimeUtc(full) : throw new FileNotFoundException(full);
    }
}
