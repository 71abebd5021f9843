using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Generator.Diagnostics;

/// <summary>A place in a source file, by value: a Location would keep a whole compilation alive and never be equal to the next one.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Start">Offset of the first character.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="StartLine">Line of the first character, from 0.</param>
/// <param name="StartCharacter">Column of the first character, from 0.</param>
/// <param name="EndLine">Line behind the last character.</param>
/// <param name="EndCharacter">Column behind the last character.</param>
internal sealed record SourcePlace(string Path, int Start, int Length, int StartLine, int StartCharacter, int EndLine, int EndCharacter)
{
    public static SourcePlace Of(Location location)
    {
        FileLinePositionSpan lines = location.GetLineSpan();
        return new SourcePlace(
            lines.Path,
            location.SourceSpan.Start,
            location.SourceSpan.Length,
            lines.StartLinePosition.Line,
            lines.StartLinePosition.Character,
            lines.EndLinePosition.Line,
            lines.EndLinePosition.Character);
    }

    /// <summary>
    /// The place in a compilation's own file, where #pragma and .editorconfig have their say about what is reported; a place beside the
    /// compilation where it has no such file.
    /// </summary>
    public Location ToLocation(Compilation compilation)
    {
        var span = new TextSpan(Start, Length);
        SyntaxTree? tree = compilation.SyntaxTrees.FirstOrDefault(candidate => candidate.FilePath == Path && span.End <= candidate.Length);
        return tree is not null
            ? Location.Create(tree, span)
            : Location.Create(
                Path, span, new LinePositionSpan(new LinePosition(StartLine, StartCharacter), new LinePosition(EndLine, EndCharacter)));
    }
}
