using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Spectre.Console;

namespace ModelGen.Tool.Terminal;

/// <summary>Prints columns of text, as wide as they are: lines are never folded, so that other programs can read them.</summary>
internal static class TextTable
{
    private const int AnyWidth = 4096;

    /// <summary>Prints a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="columns">Titles; those that end in '&gt;' stand above numbers, which are set to the right.</param>
    /// <param name="rows">Cells, a row as many as there are columns.</param>
    public static void Write(TextWriter output, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string title in columns)
        {
            TableColumn column = new TableColumn(new Text(title.TrimEnd('>'))).NoWrap();
            table.AddColumn(title.EndsWith('>') ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        using StringWriter lines = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(lines),
        });
        console.Profile.Width = AnyWidth;
        console.Write(table);
        foreach (string line in lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine(line.TrimEnd());
        }
    }
}
