using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Generator.CSharp;

/// <summary>Writes C# with its indentation. Lines end in LF whatever the machine.</summary>
internal sealed class SourceWriter
{
    private const int SpacesOfLevel = 4;

    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Writes a block of lines at the current level; what is indented inside the block stays so. An empty block is an empty line.</summary>
    public SourceWriter Line(string lines = "")
    {
        foreach (string line in lines.Split('\n'))
        {
            if (line.Length > 0)
            {
                _text.Append(' ', _level * SpacesOfLevel).Append(line);
            }

            _text.Append('\n');
        }

        return this;
    }

    public SourceWriter Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Line(line);
        }

        return this;
    }

    /// <summary>Opens a brace after <paramref name="head"/>, or alone where that is empty; disposing the result closes it.</summary>
    public Scope Block(string head, string close = "}")
    {
        Open(head);
        return new Scope(this, close, levels: 1);
    }

    /// <summary>
    /// Opens the body of a method that computes. It is unchecked, because kernels' sums wrap around and their pointers go back, whatever the
    /// project's CheckForOverflowUnderflow says.
    /// </summary>
    public Scope Method(string head)
    {
        Open(head);
        Open("unchecked");
        return new Scope(this, close: "}", levels: 2);
    }

    public override string ToString() => _text.ToString();

    private void Open(string head)
    {
        if (head.Length > 0)
        {
            Line(head);
        }

        Line("{");
        _level++;
    }

    /// <summary>Closes its blocks.</summary>
    public readonly struct Scope(SourceWriter writer, string close, int levels) : IDisposable
    {
        public void Dispose()
        {
            for (int i = 0; i < levels; i++)
            {
                writer._level--;
                writer.Line(close);
            }
        }
    }
}
