using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>
/// A library with a model, for several frameworks of which the oldest cannot have it, and a library that uses it: both made into packages,
/// once. The first is packed by its build, with the oldest compiler that ModelGen works in.
/// </summary>
public sealed class PackedLibrary(PackageFixture packages) : IAsyncLifetime
{
    internal const string Id = "Packed.Library";
    internal const string UserId = "Packed.User";

    private const int StoryLength = 6;

    internal PackageFixture Packages => packages;

    /// <summary>What programs with the model print.</summary>
    internal static string Story { get; } = "ids: " + string.Join(' ', CleanProject.FirstTruth(StoryLength));

    internal CleanProject Project { get; } = new(packages, "PackedLibrary");

    /// <summary>What the build that made the package printed.</summary>
    internal string Log { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Project.Write("Library.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>netstandard2.0;net9.0;net10.0</TargetFrameworks>
                <LangVersion>13</LangVersion>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <PackageId>{Id}</PackageId>
                <Version>{PackageFixture.Version}</Version>
                <GeneratePackageOnBuild>true</GeneratePackageOnBuild>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.Net.Compilers.Toolset" Version="4.14.0" PrivateAssets="all" />
              </ItemGroup>
              <ItemGroup Condition="'$(TargetFramework)' != 'netstandard2.0'">
                <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
                <GgufModel Include="stories.gguf" />
              </ItemGroup>
            </Project>
            """);
        Project.Write("Stories.cs", """
            #if NET
            using ModelGen;

            namespace Library;

            [GgufModel("stories.gguf", ContextLength = 128)]
            internal sealed partial class Stories;

            public static class Storyteller
            {
                public static string Tell(int count)
                {
                    using Stories model = Stories.Load();
                    using Session session = model.CreateSession();
                    int prompt = model.Tokenizer.CountTokens("Once upon a time");
                    foreach (string _ in session.Generate("Once upon a time", new GenerationOptions { Temperature = 0, MaxTokens = count }))
                    {
                    }

                    return string.Join(' ', session.Tokens[prompt..].ToArray());
                }
            }
            #endif
            """);
        Log = await Project.DotnetAsync(TestContext.Current.CancellationToken, "build", "--nologo", "-c", "Release", "-p:PackageOutputPath=" + packages.MadePackages);

        string user = Path.Combine(packages.Root, "PackedUser");
        Directory.CreateDirectory(user);
        await File.WriteAllTextAsync(Path.Combine(user, "User.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net9.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <PackageId>{UserId}</PackageId>
                <Version>{PackageFixture.Version}</Version>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{Id}" Version="{PackageFixture.Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(user, "User.cs"), """
            namespace User;

            public static class Evening
            {
                public static string Tell(int count) => Library.Storyteller.Tell(count);
            }
            """);
        await DotnetCommand.RunAsync(user, packages.Environment, TestContext.Current.CancellationToken, "pack", "--nologo", "-o", packages.MadePackages);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Writes a program that has the model through both packages, and returns its folder.</summary>
    /// <param name="name">Name of the program.</param>
    /// <param name="framework">The framework that it is for.</param>
    /// <param name="properties">Further properties.</param>
    internal async Task<string> WriteProgramAsync(string name, string framework, string properties = "")
    {
        string folder = Path.Combine(packages.Root, name);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework>
                <OutputType>Exe</OutputType>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{UserId}" Version="{PackageFixture.Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), $"""System.Console.WriteLine("ids: " + User.Evening.Tell({StoryLength}));""");
        return folder;
    }
}
