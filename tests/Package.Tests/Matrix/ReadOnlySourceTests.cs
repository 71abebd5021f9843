using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>Sources that a build may not write to, as build machines mount them; all that is made goes to --artifacts-path.</summary>
public sealed class ReadOnlySourceTests(PackageFixture packages)
{
    private const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildsAndPublishesIntoAnotherFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Folders of Windows are made read-only by access lists, not by modes.");
            return;
        }

        SourceTree tree = new(packages, "ReadOnly");
        string artifacts = Path.Combine(packages.Root, "ReadOnlyArtifacts");
        tree.WriteModel("m.gguf", "read only");
        tree.Write("App/App.csproj", SourceTree.ProjectFile("Exe", """<GgufModel Include="../m.gguf" HeaderSnapshot="m.header" />"""));
        tree.Write("App/Program.cs", """
            using System;
            using ModelGen;

            using Model model = Model.Load();
            Console.WriteLine("name: " + model.Info.Name);

            [GgufModel("m.gguf")]
            public sealed partial class Model;
            """);

        // One that is up to date is not written.
        await tree.DotnetAsync(
            _cancellation, "build", "--nologo", "App", "--artifacts-path", Path.Combine(packages.Root, "ReadOnlyFirst"), "-t:SnapshotGgufModels");
        File.Exists(tree.PathOf("App/m.header")).ShouldBeTrue();
        string[] sources = tree.Files();
        SetModes(tree.Folder, mode => mode & ~Write);
        try
        {
            await DotnetAsync(tree, "build", "--nologo", "App", "--artifacts-path", artifacts);
            await DotnetAsync(tree, "publish", "--nologo", "App", "--artifacts-path", artifacts, "-c", "Debug", "--no-build");
            foreach (string folder in new[] { "bin/App/debug", "publish/App/debug" })
            {
                string[] lines = await tree.RunAsync(Path.Combine(artifacts, folder, "App.dll"), _cancellation);
                lines.ShouldBe(["name: read only"], folder);
            }

            // One that is not is what the build says that it cannot write.
            SetModes(tree.Folder, mode => mode | UnixFileMode.UserWrite);
            tree.WriteModel("m.gguf", "another");
            SetModes(tree.Folder, mode => mode & ~Write);
            (string program, string[] prefix) = Program();
            string[] errors = await DotnetCommand.ErrorsOfProgramAsync(
                program, tree.Folder, tree.Environment, _cancellation, [.. prefix, "build", "--nologo", "--no-restore", "App", "--artifacts-path", artifacts]);
            errors.ShouldHaveSingleItem().ShouldContain("m.header' does not say what 'm.gguf' is, and cannot be written: Access to the path ");
            errors[0].ShouldContain("m.header : error MGEN022: ");
        }
        finally
        {
            SetModes(tree.Folder, mode => mode | UnixFileMode.UserWrite);
        }

        tree.Files().Select(Name).ShouldBe(sources.Select(Name), "nothing was written among the sources");

        static string Name(string file) => file.Split(' ')[0];
    }

    private Task<string> DotnetAsync(SourceTree tree, params string[] arguments)
    {
        (string program, string[] prefix) = Program();
        return DotnetCommand.RunProgramAsync(program, tree.Folder, tree.Environment, _cancellation, [.. prefix, .. arguments]);
    }

    /// <summary>To its superuser a system's modes say nothing, unless that right is given up.</summary>
    private static (string Program, string[] Prefix) Program()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return ("dotnet", []);
        }

        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "The tests run as superuser, and there is no setpriv to give up the right to write anywhere.");
        return ("/usr/bin/setpriv", ["--bounding-set=-dac_override", "--inh-caps=-dac_override", "dotnet"]);
    }

    private static void SetModes(string folder, Func<UnixFileMode, UnixFileMode> change)
    {
        foreach (string path in new[] { folder }.Concat(Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)))
        {
#pragma warning disable CA1416 // The test does not run on Windows.
            File.SetUnixFileMode(path, change(File.GetUnixFileMode(path)));
#pragma warning restore CA1416
        }
    }
}
