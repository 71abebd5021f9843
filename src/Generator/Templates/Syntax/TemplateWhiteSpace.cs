namespace ModelGen.Generator.Templates.Syntax;

/// <summary>What Python, which defines Jinja, takes for white space.</summary>
internal static class TemplateWhiteSpace
{
    // The separators of files, groups, records and units, which .NET does not count.
    private const char FirstSeparator = '\u001c';
    private const char LastSeparator = '\u001f';

    public static bool Is(char character) => char.IsWhiteSpace(character) || character is >= FirstSeparator and <= LastSeparator;

    /// <summary>Whether a range of a text is white space alone.</summary>
    public static bool Is(string text, int start, int end)
    {
        while (start < end && Is(text[start]))
        {
            start++;
        }

        return start == end;
    }

    /// <summary>The end of the white space that starts at <paramref name="start"/>.</summary>
    public static int Skip(string text, int start)
    {
        while (start < text.Length && Is(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>The end of the text in front of the white space that ends at <paramref name="end"/>.</summary>
    public static int SkipBack(string text, int start, int end)
    {
        while (end > start && Is(text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
