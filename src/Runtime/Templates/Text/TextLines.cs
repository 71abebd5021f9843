using System;
using System.Collections.Generic;

namespace ModelGen.Templates;

/// <summary>Takes texts apart.</summary>
internal static class TextLines
{
    /// <summary>str.splitlines: the lines, without their ends unless these are kept. There is no empty line behind the last end.</summary>
    public static List<TemplateText> Split(TemplateText text, bool keepsEnds = false)
    {
        List<TemplateText> lines = [];
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && !PythonCharacters.EndsLine(text.Text[end]))
            {
                end++;
            }

            int next = end == text.Length ? end : text.Text.AsSpan(end).StartsWith("\r\n", StringComparison.Ordinal) ? end + 2 : end + 1;
            lines.Add(text.Slice(start, keepsEnds ? next : end));
            start = next;
        }

        return lines;
    }

    /// <summary>str.split without a separator: what stands between white space.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">How often it is split; the rest stays whole.</param>
    /// <param name="fromEnd">Whether the rest is at the start.</param>
    public static List<TemplateText> SplitWords(TemplateText text, int limit, bool fromEnd)
    {
        List<TemplateText> words = [];
        string source = text.Text;
        int start = 0;
        int end = source.Length;
        while (true)
        {
            while (start < end && PythonWhiteSpace.Is(source[fromEnd ? end - 1 : start]))
            {
                (start, end) = fromEnd ? (start, end - 1) : (start + 1, end);
            }

            if (start == end)
            {
                break;
            }

            if (words.Count == limit)
            {
                // The rest keeps the white space of its far end.
                words.Add(text.Slice(start, end));
                break;
            }

            int edge = fromEnd ? end : start;
            while (fromEnd ? edge > start && !PythonWhiteSpace.Is(source[edge - 1]) : edge < end && !PythonWhiteSpace.Is(source[edge]))
            {
                edge += fromEnd ? -1 : 1;
            }

            words.Add(fromEnd ? text.Slice(edge, end) : text.Slice(start, edge));
            (start, end) = fromEnd ? (start, edge) : (edge, end);
        }

        return Ordered(words, fromEnd);
    }

    /// <summary>str.split with a separator.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">What it is split at.</param>
    /// <param name="limit">How often; the rest stays whole.</param>
    /// <param name="fromEnd">Whether the rest is at the start.</param>
    public static List<TemplateText> SplitAt(TemplateText text, string separator, int limit, bool fromEnd)
    {
        if (separator.Length == 0)
        {
            throw new ChatTemplateException("empty separator");
        }

        List<TemplateText> parts = [];
        int start = 0;
        int end = text.Length;
        while (parts.Count < limit)
        {
            int found = fromEnd
                ? text.Text.AsSpan(start, end - start).LastIndexOf(separator, StringComparison.Ordinal)
                : text.Text.AsSpan(start, end - start).IndexOf(separator, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            found += start;
            parts.Add(fromEnd ? text.Slice(found + separator.Length, end) : text.Slice(start, found));
            (start, end) = fromEnd ? (start, found) : (found + separator.Length, end);
        }

        parts.Add(text.Slice(start, end));
        return Ordered(parts, fromEnd);
    }

    private static List<TemplateText> Ordered(List<TemplateText> parts, bool isReversed)
    {
        if (isReversed)
        {
            parts.Reverse();
        }

        return parts;
    }
}
