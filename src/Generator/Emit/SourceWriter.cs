using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Generator.Emit;

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
        if (head.Length > 0)
        {
            Line(head);
        }

        Line("{");
        _level++;
        return new Scope(this, close);
    }

    public override string ToString() => _text.ToString();

    /// <summary>Closes its block.</summary>
    public readonly struct Scope(SourceWriter writer, string close) : IDisposable
    {
        public void Dispose()
        {
            writer._level--;
            writer.Line(close);
        }
    }
}
