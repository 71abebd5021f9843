using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tool.CommandLine;
using ModelGen.Tool.Terminal;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>The packages in a user's hands: restore, build, run, build again, publish, clean.</summary>
public sealed class CleanProjectTests(PackageFixture packages)
{
    private const string Snapshot = "obj/Debug/net10.0/modelgen/stories.gguf.header";
    private const string Packed = "obj/Debug/net10.0/modelgen/stories.weights";
    private const string Copied = "bin/Debug/net10.0/stories.weights";
    private const string Assembly = "obj/Debug/net10.0/App.dll";

    // Lines of the log of a build that did something.
    private const string SnapshotLine = "Wrote obj";
    private const string PackedLine = "Packed stories.gguf into";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildsRunsAndBuildsAgainWithoutDoingAnything()
    {
        CleanProject project = new(packages, "App");
        int[] truth = CleanProject.FirstTruth(count: 8);
        project.Write("App.csproj", CleanProject.ProjectFile("Exe"));
        project.Write("Program.cs", CleanProject.Program(truth.Length));
        project.Write("Unrelated.cs", "internal static class Unrelated { }");

        string first = await project.DotnetAsync(_cancellation, "build", "--nologo", "-v:n");
        first.ShouldContain(SnapshotLine);
        first.ShouldContain(PackedLine);
        string run = await project.DotnetAsync(_cancellation, "run", "--no-build");
        run.ShouldContain("ids: " + string.Join(' ', truth));

        // The same again: nothing is written, nothing compiled, nothing packed.
        string[] results = [Snapshot, Packed, Copied, Assembly];
        DateTime[] written = [.. results.Select(project.WrittenAt)];
        string second = await project.DotnetAsync(_cancellation, "build", "--nologo", "-v:n");
        second.ShouldNotContain(SnapshotLine);
        second.ShouldNotContain(PackedLine);
        results.Select(project.WrittenAt).ShouldBe(written);

        // Another source: compiled, but the model's files stay as they are.
        project.Write("Unrelated.cs", "internal static class Unrelated { public const int Answer = 42; }");
        string third = await project.DotnetAsync(_cancellation, "build", "--nologo", "-v:n");
        third.ShouldNotContain(SnapshotLine);
        third.ShouldNotContain(PackedLine);
        results[..3].Select(project.WrittenAt).ShouldBe(written[..3]);
        project.WrittenAt(Assembly).ShouldBeGreaterThan(written[3]);

        // What was built is cleaned away.
        await project.DotnetAsync(_cancellation, "clean", "--nologo");
        results.ShouldAllBe(path => !File.Exists(project.PathOf(path)));
    }

    /// <summary>Options that a project may have and that emitted code has no say in, with warnings as errors, beside names that it uses itself.</summary>
    [Fact]
    public async Task AnyOptionsOfTheCompilerAndAnyNames()
    {
        CleanProject project = new(packages, "Options");
        int[] truth = CleanProject.FirstTruth(count: 8);
        File.Delete(project.PathOf("Stories.cs"));
        project.Write("Options.csproj", CleanProject.ProjectFile("Exe").Replace(
            "<Nullable>enable</Nullable>",
            """
            <Nullable>disable</Nullable>
            <ImplicitUsings>disable</ImplicitUsings>
            <LangVersion>11</LangVersion>
            <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>
            <Optimize>false</Optimize>
            <Deterministic>false</Deterministic>
            <GenerateDocumentationFile>true</GenerateDocumentationFile>
            <AnalysisLevel>latest</AnalysisLevel>
            <AnalysisMode>All</AnalysisMode>
            <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
            """,
            StringComparison.Ordinal));
        project.Write("Program.cs", $$"""
            global using Vector256 = App.System.Text;

            [assembly: global::System.CLSCompliant(false)]

            namespace App.System
            {
                /// <summary>Of the project.</summary>
                internal static class Text { }
            }

            namespace App
            {
                /// <summary>Of the project.</summary>
                internal static class Math { }

                /// <summary>Around the model.</summary>
                internal static partial class Program
                {
                    /// <summary>The model.</summary>
                    [ModelGen.GgufModel("stories.gguf", ContextLength = 128)]
                    private sealed partial class Forward { }

                    /// <summary>Tells a story.</summary>
                    private static void Main()
                    {
                        using Forward model = Forward.Load();
                        using ModelGen.Session session = model.CreateSession();
                        int prompt = model.Tokenizer.CountTokens("Once upon a time");
                        foreach (string piece in session.Generate("Once upon a time", new ModelGen.GenerationOptions { Temperature = 0, MaxTokens = {{truth.Length}} }))
                        {
                            global::System.GC.KeepAlive(piece);
                        }

                        global::System.Console.WriteLine("ids: " + string.Join(" ", session.Tokens.Slice(prompt).ToArray()));
                    }
                }
            }
            """);
        (await project.DotnetAsync(_cancellation, "run")).ShouldContain("ids: " + string.Join(' ', truth));
    }

    [Fact]
    public async Task AProjectsOwnChatTemplateIsCompiled()
    {
        CleanProject project = new(packages, "Chat");
        project.Write("Chat.csproj", CleanProject.ProjectFile("Exe", "ChatTemplate=\"chat.jinja\""));
        project.Write("chat.jinja", "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}");
        project.Write("Program.cs", """
            using System;
            using Library;
            using ModelGen;

            using Stories model = Stories.Load();
            Console.WriteLine("text: " + model.ChatTemplate!.Render([ChatMessage.User("Hi")]));
            """);
        (await project.DotnetAsync(_cancellation, "run")).ShouldContain("text: <s>user: Hi;");

        // Another text is compiled; of one that cannot be, the build warns with its place, and the model is there without it.
        project.Write("chat.jinja", "{{ messages | length }}");
        (await project.DotnetAsync(_cancellation, "run")).ShouldContain("text: 1");
        project.Write("chat.jinja", "\n {% include 'x' %}");
        (await project.DotnetAsync(_cancellation, "build", "-p:TreatWarningsAsErrors=false")).ShouldContain(
            "warning MGEN017: 'stories.gguf': chat.jinja, line 2, column 5: the tag 'include' is not supported; the model is compiled without this template");
    }

    [Fact]
    public async Task AProgramThatReferencesALibraryWithAModelGetsTheWeights()
    {
        CleanProject library = new(packages, "Library");
        library.Write("Library.csproj", CleanProject.ProjectFile("Library"));
        Directory.CreateDirectory(Path.Combine(packages.Root, "Consumer"));
        string consumer = Path.Combine(packages.Root, "Consumer", "Consumer.csproj");
        await File.WriteAllTextAsync(
            consumer,
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../Library/Library.csproj" />
              </ItemGroup>
            </Project>
            """,
            _cancellation);
        int[] truth = CleanProject.FirstTruth(count: 4);
        await File.WriteAllTextAsync(Path.Combine(packages.Root, "Consumer", "Program.cs"), CleanProject.Program(truth.Length), _cancellation);

        await library.DotnetAsync(_cancellation, "publish", consumer, "--nologo", "-p:UseAppHost=false");

        string output = Path.Combine(packages.Root, "Consumer", "bin", "Release", "net10.0");
        string published = Path.Combine(output, "publish");
        File.Exists(Path.Combine(output, "stories.weights")).ShouldBeTrue();
        File.Exists(Path.Combine(published, "stories.weights")).ShouldBeTrue();
        string run = await library.DotnetAsync(_cancellation, Path.Combine(published, "Consumer.dll"));
        run.ShouldContain("ids: " + string.Join(' ', truth));
    }

    [Fact]
    public async Task CompilesFromACommittedSnapshotWhereThereIsNoModel()
    {
        CleanProject project = new(packages, "WithoutModel");
        project.Write("App.csproj", CleanProject.ProjectFile("Library", "HeaderSnapshot=\"my.header\""));
        await project.DotnetAsync(_cancellation, "build", "--nologo");
        File.Exists(project.PathOf("my.header")).ShouldBeTrue();

        Directory.Delete(project.PathOf("obj"), recursive: true);
        Directory.Delete(project.PathOf("bin"), recursive: true);
        File.Delete(project.PathOf("stories.gguf"));
        string log = await project.DotnetAsync(_cancellation, "build", "--nologo");

        log.ShouldContain("no weights are packed");
        File.Exists(project.PathOf("bin/Debug/net10.0/App.dll")).ShouldBeTrue();
        File.Exists(project.PathOf(Packed)).ShouldBeFalse();

        // A package of it says that it has none.
        string[] pack = ["pack", "--nologo", "-c", "Debug", "--no-build", "-p:PackageVersion=" + PackageFixture.Version];
        string packed = await project.DotnetAsync(_cancellation, pack);
        packed.ShouldContain("stories.gguf : warning MGEN027: the package 'App' has no weights of 'stories.gguf', which is not on this machine");
        string leftOut = await project.DotnetAsync(_cancellation, [.. pack, "-p:ModelGenPackWeights=false"]);
        leftOut.ShouldNotContain("MGEN027");
        leftOut.ShouldContain("App: the package has no weights (ModelGenPackWeights is false): stories.gguf.");
        string[] neither = await project.ErrorsAsync(_cancellation, [.. pack, "-p:ModelGenPackWeights=none"]);
        neither.ShouldHaveSingleItem().ShouldContain("App.csproj : error MGEN027: ModelGenPackWeights is 'none'; it can be true or false.");
    }

    /// <summary>What modelgen new writes is a whole project; only the version is that of these tests' packages.</summary>
    [Fact]
    public async Task AProjectOfTheToolBuildsAndRuns()
    {
        CleanProject project = new(packages, "New");
        File.Delete(project.PathOf("Stories.cs"));
        StringWriter error = new();
        ToolCommand.Run(
            ["new", project.PathOf("stories.gguf"), "-o", project.Folder, "--context", "64"],
            new ToolHost(TextReader.Null, TextWriter.Null, error, new SilentActivity(), project.PathOf("cache"), _cancellation)).ShouldBe(0, error.ToString());
        string file = project.PathOf("Stories.csproj");
        string text = await File.ReadAllTextAsync(file, _cancellation);
        await File.WriteAllTextAsync(file, Regex.Replace(text, "(\"ModelGen\" Version)=\"[^\"]*\"", $"$1=\"{PackageFixture.Version}\""), _cancellation);
        string run = await project.DotnetAsync(_cancellation, "run", "--project", file, "--", "Tom and Lily");
        run.ShouldContain("Tom and Lily");
        run.Length.ShouldBeGreaterThan(60, "a story follows");
    }
}
