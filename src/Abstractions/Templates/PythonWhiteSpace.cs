namespace ModelGen.Templates;

/// <summary>What Python, which defines Jinja, takes for white space: the compiler of templates and their runtime must agree on it.</summary>
internal static class PythonWhiteSpace
{
    // The separators of files, groups, records and units, which .NET does not count.
    private const char FirstSeparator = '\u001c';
    private const char LastSeparator = '\u001f';

    public static bool Is(char character) => char.IsWhiteSpace(character) || character is >= FirstSeparator and <= LastSeparator;
}
