using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>
/// MSBuild's server and nodes and the compiler's server, which stay between builds with the generator and the tasks loaded. All other tests
/// here build without those of MSBuild.
/// </summary>
public sealed class BuildServerTests(PackageFixture packages) : IDisposable
{
    // Servers that were started with it answer nobody else.
    private readonly string _salt = "modelgen-" + Guid.NewGuid().ToString("N");

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>What a server remembers of the first build is not taken for the second one's.</summary>
    [Fact(Timeout = 300_000)]
    public async Task ServersThatStaySeeEveryChange()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The servers are found, and ended, by their environment in /proc.");
        SourceTree tree = new(packages, "Servers");
        tree.WriteModel("m.gguf", "first", seed: 1);
        tree.Write("App.csproj", SourceTree.ProjectFile("Exe", """<GgufModel Include="m.gguf" />"""));
        tree.Write("Program.cs", """
            using System;
            using ModelGen;

            using Model model = Model.Load();
            using Session session = model.CreateSession();
            Console.WriteLine(model.Info.Name + ": " + session.Evaluate([1, 2])[0]);

            [GgufModel("m.gguf")]
            public sealed partial class Model;
            """);
        string first = await BuildAndRunAsync(tree);
        first.ShouldStartWith("first: ");

        // The very servers that the next build finds. MSBuild's (nodemode 8) may be missing: a busy machine's build does not wait for it long and
        // then does without.
        string[] servers = [.. Servers().Select(CommandLine)];
        servers.ShouldContain(line => line.Contains("VBCSCompiler", StringComparison.Ordinal), string.Join('\n', servers));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', servers));

        string[] files = tree.Files();
        (await BuildAndRunAsync(tree)).ShouldBe(first);
        tree.Files().ShouldBe(files, "the second build has nothing to do");

        tree.WriteModel("m.gguf", "second", seed: 2);
        string second = await BuildAndRunAsync(tree);
        second.ShouldStartWith("second: ");
        second.Split(": ")[1].ShouldNotBe(first.Split(": ")[1]);
    }

    public void Dispose()
    {
        foreach (int server in Servers())
        {
            try
            {
                using Process process = Process.GetProcessById(server);
                process.Kill();
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }
    }

    private async Task<string> BuildAndRunAsync(SourceTree tree)
    {
        Dictionary<string, string> environment = new(tree.Environment)
        {
            ["MSBUILDDISABLENODEREUSE"] = "0",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1",
            ["MSBUILDNODEHANDSHAKESALT"] = _salt,
        };
        await DotnetCommand.RunAsync(
            tree.Folder, environment, _cancellation, "build", "--nologo", "-p:UseSharedCompilation=true", "-p:SharedCompilationId=" + _salt);
        return (await tree.RunAsync("bin/Debug/net10.0/App.dll", _cancellation)).ShouldHaveSingleItem();
    }

    /// <summary>Processes that were started by these builds.</summary>
    private int[] Servers() => !OperatingSystem.IsLinux() ? [] :
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Select(name => int.TryParse(name, out int id) ? id : 0)
            .Where(id => id > 0 && Read(id, "environ").Contains("MSBUILDNODEHANDSHAKESALT=" + _salt, StringComparison.Ordinal)),
    ];

    private static string CommandLine(int process) => Read(process, "cmdline").Replace('\0', ' ');

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
