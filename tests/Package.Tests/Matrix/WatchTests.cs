using System;
using System.Diagnostics;
using System.Text;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>dotnet watch, which starts a program again when what it is built from changes.</summary>
public sealed class WatchTests(PackageFixture packages)
{
    // What a start takes on a busy machine; whoever waits longer waits for something that does not come.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // A change that is made while files are only being looked for goes unseen.
    private static readonly TimeSpan ChangeAgain = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task StartsAgainForASourceAndForAChatTemplate()
    {
        SourceTree tree = new(packages, "Watched");
        tree.WriteModel("m.gguf", "watched");
        tree.Write("chat.jinja", "first template");
        tree.Write("App.csproj", SourceTree.ProjectFile("Exe", """<GgufModel Include="m.gguf" ChatTemplate="chat.jinja" />"""));
        WriteProgram("first source");
        StringBuilder log = new();

        // Its program ends by itself too, long after it has been ended.
        using Process watch = Process.Start(DotnetCommand.Describe(
            "dotnet", tree.Folder, tree.Environment, ["watch", "run", "--non-interactive", "--no-hot-reload"]))!;
        try
        {
            DataReceivedEventHandler receive = (_, line) =>
            {
                lock (log)
                {
                    log.AppendLine(line.Data);
                }
            };
            watch.OutputDataReceived += receive;
            watch.ErrorDataReceived += receive;
            watch.BeginOutputReadLine();
            watch.BeginErrorReadLine();

            await ShouldSayAsync("first source, first template", change: () => { });
            await ShouldSayAsync("second source, first template", change: () => WriteProgram("second source"));
            await ShouldSayAsync("second source, second template", change: () => tree.Write("chat.jinja", "second template"));
        }
        finally
        {
            watch.Kill(entireProcessTree: true);

            // Not for the end of what it prints: whatever it has started holds that too.
            watch.WaitForExit(Patience);
        }

        void WriteProgram(string text) => tree.Write("Program.cs", $$"""
            using System;
            using System.Threading;
            using ModelGen;

            using Model model = Model.Load();
            Console.WriteLine("{{text}}, " + model.ChatTemplate!.Render([ChatMessage.User("Hi")]));
            Thread.Sleep(TimeSpan.FromMinutes(5));

            [GgufModel("m.gguf")]
            public sealed partial class Model;
            """);

        async Task ShouldSayAsync(string text, Action change)
        {
            for (Stopwatch time = Stopwatch.StartNew(); time.Elapsed < Patience;)
            {
                change();
                for (Stopwatch wait = Stopwatch.StartNew(); wait.Elapsed < ChangeAgain;)
                {
                    if (Said().Contains(text, StringComparison.Ordinal))
                    {
                        return;
                    }

                    watch.HasExited.ShouldBeFalse(Said());
                    Said().ShouldNotContain(": error ");
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }
            }

            Assert.Fail($"'{text}' was not said in {Patience}:\n{Said()}");
        }

        string Said()
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }
}
