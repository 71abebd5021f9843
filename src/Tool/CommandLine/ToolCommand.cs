using System;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.IO;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary>The command line: parses it, runs a command, and turns errors into a sentence and an exit code.</summary>
internal static class ToolCommand
{
    /// <summary>It is done.</summary>
    public const int Success = 0;

    /// <summary>It cannot be done: the model, a file or the machine stands in the way.</summary>
    public const int Failure = 1;

    /// <summary>The command line does not say what to do.</summary>
    public const int Misuse = 2;

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="host">The world around.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, ToolHost host)
    {
        ParseResult result = Create(host).Parse(arguments);
        if (result.Action is ParseErrorAction)
        {
            host.Error.WriteLine(result.UnmatchedTokens is [string token, ..]
                ? $"There is no command or option '{token}' here; --help says what there is."
                : result.Errors[0].Message);
            return Misuse;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception error) when (error is ModelGenException or IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine(error.Message);
        }
        catch (OperationCanceledException) when (host.Cancellation.IsCancellationRequested)
        {
            host.Error.WriteLine("Cancelled.");
        }

        return Failure;
    }

    private static RootCommand Create(ToolHost host) => new("Compiles GGUF language models to C#, in memory, and runs them.")
    {
        InspectCommand.Create(host),
        TokenizeCommand.Create(host),
        RenderCommand.Create(host),
        RunCommand.Create(host),
        ExplainCommand.Create(host),
        ForkPathsCommand.Create(host),
        LogitsCommand.Create(host),
        EmbedCommand.Create(host),
        RankCommand.Create(host),
        GrammarCommand.Create(host),
        PerplexityCommand.Create(host),
        BenchCommand.Create(host),
        EmitCommand.Create(host),
        PackCommand.Create(host),
        NewCommand.Create(host),
    };
}
