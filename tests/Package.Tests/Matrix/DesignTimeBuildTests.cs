using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>What an editor asks of a project: the compiler's command line, at any time, whatever state the models are in.</summary>
public sealed class DesignTimeBuildTests(PackageFixture packages)
{
    private const string Snapshot = "obj/Debug/net10.0/modelgen/m.gguf.header";

    // What MSBuildWorkspace runs, from which C# Dev Kit, OmniSharp and dotnet watch read projects; and Visual Studio, which has a name of its own for
    // that and looks at what is copied too.
    private static readonly string[] Targets = ["-t:Compile;CoreCompile", "-t:Compile;CoreCompile;GetCopyToOutputDirectoryItems"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task EditorsSeeTheHeadersAndNothingIsPacked()
    {
        SourceTree tree = new(packages, "DesignTime");
        tree.WriteModel("m.gguf", "designed");
        tree.Write("chat.jinja", "{{ messages[0].content }}");
        tree.Write("App.csproj", SourceTree.ProjectFile("Library", """<GgufModel Include="m.gguf" ChatTemplate="chat.jinja" HeaderSnapshot="kept.header" />"""));
        tree.Write("Model.cs", """
            [ModelGen.GgufModel("m.gguf")]
            public sealed partial class Model;
            """);
        await tree.DotnetAsync(_cancellation, "restore");

        foreach (string target in Targets)
        {
            string commandLine = await AskAsync(tree, target);
            commandLine.ShouldContain("/additionalfile:" + Snapshot, customMessage: target);
            commandLine.ShouldContain("/additionalfile:obj/Debug/net10.0/modelgen/m.gguf.template", customMessage: target);
            commandLine.ShouldContain("ModelGen.Generator.dll", customMessage: target);
            commandLine.ShouldContain("/unsafe\\u002B", customMessage: target);
            commandLine.ShouldNotContain("MGEN", customMessage: target);
        }

        tree.Files("bin").ShouldBeEmpty();
        tree.Files("obj").ShouldAllBe(file => !file.Contains(".weights", StringComparison.Ordinal) && !file.Contains(".dll", StringComparison.Ordinal));
        File.Exists(tree.PathOf("kept.header")).ShouldBeFalse("an editor writes nothing beside the sources");

        // A model that is half there: said as a warning, and the header of before still serves.
        string snapshot = await File.ReadAllTextAsync(tree.PathOf(Snapshot), _cancellation);
        await File.WriteAllTextAsync(tree.PathOf("m.gguf"), "version https://git-lfs.github.com/spec/v1", _cancellation);
        string damaged = await AskAsync(tree, Targets[0]);
        damaged.ShouldContain("m.gguf : warning MGEN002: ");
        damaged.ShouldContain("/additionalfile:" + Snapshot);
        (await File.ReadAllTextAsync(tree.PathOf(Snapshot), _cancellation)).ShouldBe(snapshot);

        // One that is not there, nor anything made of it.
        File.Delete(tree.PathOf("m.gguf"));
        File.Delete(tree.PathOf(Snapshot));
        string missing = await AskAsync(tree, Targets[1]);
        missing.ShouldContain("m.gguf : warning MGEN001: the GgufModel item '");
        missing.ShouldNotContain("/additionalfile:" + Snapshot);

        // To a build each is an error.
        (await tree.ErrorsAsync(_cancellation, "build", "--nologo", "--no-restore")).ShouldHaveSingleItem().ShouldContain("m.gguf : error MGEN001: ");
    }

    private Task<string> AskAsync(SourceTree tree, string target) => tree.DotnetAsync(
        _cancellation,
        "msbuild",
        "-nologo",
        "-v:m",
        target,
        "-p:DesignTimeBuild=true",
        "-p:BuildingInsideVisualStudio=true",
        "-p:BuildProjectReferences=false",
        "-p:SkipCompilerExecution=true",
        "-p:ProvideCommandLineArgs=true",
        "-p:ContinueOnError=ErrorAndContinue",
        "-getItem:CscCommandLineArgs");
}
