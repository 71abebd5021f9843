using System;
using System.IO;
using System.Text;
using System.Threading;
using ModelGen.Tool.Caching;
using ModelGen.Tool.CommandLine;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool;

/// <summary>The command <c>modelgen</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        // Models speak all languages, which a Windows console's own code page may lack.
        Console.OutputEncoding = Encoding.UTF8;
        using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
        using CancellationTokenSource cancellation = new();
        Console.CancelKeyPress += (_, key) =>
        {
            // The first time, what is being written is taken back; whoever has no patience presses again.
            key.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        };
        ToolHost host = new(
            input,
            Console.Out,
            Console.Error,
            Console.IsErrorRedirected ? new SilentActivity() : new TerminalActivity(Console.Error),
            CacheFolder.OfUser(),
            cancellation.Token);
        return ToolCommand.Run(arguments, host);
    }
}
