using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>A project with a RandomForest item, and no model: what is built is the forest that lies there, and nothing of it lies beside the program.</summary>
public sealed class ForestItemTests(PackageFixture packages)
{
    private const string ForestFile = "forests/r#1 ü.json";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsBuiltIsTheForestThatLiesThere()
    {
        CleanProject project = new(packages, "Forest");
        File.Delete(project.PathOf("stories.gguf"));
        File.Delete(project.PathOf("Stories.cs"));
        Directory.CreateDirectory(project.PathOf("forests"));
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
                <RandomForest Include="{ForestFile}" />
              </ItemGroup>
            </Project>
            """);
        project.Write("Program.cs", $$"""
            using System;
            using ModelGen.Routing;

            PromptRouter router = new(new Forest(), threshold: 0.5);
            Console.WriteLine($"choice: {router.Choose([0.25f])} {router.Choose([0.75f])}");

            [RandomForest("{{ForestFile}}")]
            internal sealed partial class Forest;
            """);

        Write(project, "[[], [1, 0], [0, 1]]");
        (await project.DotnetAsync(_cancellation, "run")).ShouldContain("choice: A B");
        Write(project, "[[], [0, 1], [1, 0]]");
        (await project.DotnetAsync(_cancellation, "run")).ShouldContain("choice: B A");
        await project.DotnetAsync(_cancellation, "publish", "--nologo", "-o", "published");
        Directory.EnumerateFiles(project.PathOf("published"), "*ü*", SearchOption.AllDirectories).ShouldBeEmpty();

        project.Write(ForestFile, "{");
        string[] errors = await project.ErrorsAsync(_cancellation, "build", "--nologo");
        errors.ShouldContain(error => error.Contains(
            $"MGEN042: '{ForestFile}': line 1, column 2: expected '\"', and found the end of the file", StringComparison.Ordinal));
    }

    private static void Write(CleanProject project, string value) => project.Write(ForestFile, $$"""
        {"version": 1, "features": 1, "classes": [0, 3], "trees": [
          {"feature": [0, -2, -2], "threshold": [0.5, -2, -2], "left": [1, -1, -1], "right": [2, -1, -1], "value": {{value}}}]}
        """);
}
