using ModelGen.Templates;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Skips white space.</summary>
internal static class TemplateWhiteSpace
{
    /// <summary>Whether a range of a text is white space alone.</summary>
    public static bool Is(string text, int start, int end)
    {
        while (start < end && PythonWhiteSpace.Is(text[start]))
        {
            start++;
        }

        return start == end;
    }

    /// <summary>The end of the white space that starts at <paramref name="start"/>.</summary>
    public static int Skip(string text, int start)
    {
        while (start < text.Length && PythonWhiteSpace.Is(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>The end of the text in front of the white space that ends at <paramref name="end"/>.</summary>
    public static int SkipBack(string text, int start, int end)
    {
        while (end > start && PythonWhiteSpace.Is(text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
