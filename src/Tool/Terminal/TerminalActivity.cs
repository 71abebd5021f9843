using System;
using System.IO;
using Spectre.Console;

namespace ModelGen.Tool.Terminal;

/// <summary>Shows a bar on a terminal and takes it away at the end.</summary>
/// <param name="terminal">Standard error, which is a terminal.</param>
internal sealed class TerminalActivity(TextWriter terminal) : IActivity
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal) });

    public T Run<T>(string what, Func<Action<double>, T> work) => _console
        .Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new SpinnerColumn())
        .Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: 1);
            task.IsIndeterminate = true;
            return work(share =>
            {
                task.IsIndeterminate = false;
                task.Value = share;
            });
        });
}
