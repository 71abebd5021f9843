using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Generator.Model;

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

    public Location ToLocation() => Location.Create(
        Path,
        new TextSpan(Start, Length),
        new LinePositionSpan(new LinePosition(StartLine, StartCharacter), new LinePosition(EndLine, EndCharacter)));
}
