using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>A program that was built with what a container of 256 MB gives: the runtime takes three quarters of it for a heap.</summary>
public sealed class SmallMachineProject(PackageFixture packages) : IAsyncLifetime
{
    internal const string Assembly = "bin/Debug/net10.0/App.dll";

    internal const long Megabytes = 256;

    private const string PrLimit = "/usr/bin/prlimit";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    internal SourceTree Tree { get; } = new(packages, "SmallMachine");

    /// <summary>Variables that stand for such a container where none can be made.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Tree.Environment)
    {
        ["DOTNET_PROCESSOR_COUNT"] = "1",
        ["DOTNET_GCHeapHardLimit"] = (Megabytes * 3 / 4 << 20).ToString("X", provider: null),
    };

    public async ValueTask InitializeAsync()
    {
        Tree.WriteModel("m.gguf", "small");
        Tree.Write("App.csproj", SourceTree.ProjectFile("Exe", """<GgufModel Include="m.gguf" />"""));
        Tree.Write("Program.cs", """
            using System;
            using System.IO;
            using System.Linq;
            using ModelGen;

            using Model model = Model.Load();
            using Session session = model.CreateSession();
            foreach (string piece in session.Generate("a", new GenerationOptions { Temperature = 0, MaxTokens = 16 }))
            {
            }

            Console.WriteLine("processors: " + Environment.ProcessorCount);
            Console.WriteLine("workers: " + Directory.GetDirectories("/proc/self/task").Count(task => File.ReadAllText(task + "/comm").StartsWith("ModelGen")));
            Console.WriteLine("peak: " + File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:"))[6..].Replace("kB", "").Trim());

            [GgufModel("m.gguf")]
            public sealed partial class Model;
            """);
        if (OperatingSystem.IsLinux())
        {
            await RunLimitedAsync("build", "--nologo", "-m:1", "-p:UseSharedCompilation=false");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs dotnet, each of whose processes may write to no more memory than there is; where the system cannot bound that, the heap alone is bounded.</summary>
    internal async Task<string> RunLimitedAsync(params string[] arguments)
    {
        // A runtime that runs out of memory may collect for ever.
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);

        string[] limited = File.Exists(PrLimit) ? [PrLimit, "--data=" + (Megabytes << 20), "dotnet"] : ["dotnet"];
        return await DotnetCommand.RunProgramAsync(limited[0], Tree.Folder, Environment, patience.Token, [.. limited[1..], .. arguments]);
    }
}
