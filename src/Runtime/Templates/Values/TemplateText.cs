using System;
using System.Collections.Generic;

namespace ModelGen.Templates;

/// <summary>
/// A text of a template, with the parts of it that come from the conversation rather than from the template: they are carried through all
/// that a template does with texts, so that a user's text is known in the rendered one.
/// </summary>
internal sealed class TemplateText
{
    private readonly Range[] _content;
    private int[]? _characterStarts;

    internal TemplateText(string text, Range[] content, bool isMarkup = false)
    {
        Text = text;
        _content = content;
        IsMarkup = isMarkup;
    }

    /// <summary>No text.</summary>
    public static TemplateText Empty { get; } = new("", []);

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>
    /// Whether it was declared to be HTML (safe) or made so (escape): text that is added to it with + is escaped, as Python's markupsafe does.
    /// </summary>
    public bool IsMarkup { get; }

    /// <summary>The parts that come from the conversation, in UTF-16 code units: in order and apart from each other.</summary>
    public ReadOnlySpan<Range> Content => _content;

    public int Length => Text.Length;

    /// <summary>Number of characters as Python counts them, by code points.</summary>
    public int CharacterCount => CharacterStarts.Length - 1;

    // Where each character starts, and the end.
    private int[] CharacterStarts => _characterStarts ??= FindCharacters(Text);

    /// <summary>Text of the template.</summary>
    public static TemplateText OfTemplate(string text) => new(text, []);

    /// <summary>Text of the conversation.</summary>
    public static TemplateText OfContent(string text) => new(text, text.Length == 0 ? [] : [Range.EndAt(text.Length)]);

    /// <summary>The text as HTML.</summary>
    public TemplateText AsMarkup() => IsMarkup ? this : new TemplateText(Text, _content, isMarkup: true);

    /// <summary>Characters one by one.</summary>
    public IEnumerable<TemplateText> Characters()
    {
        for (int i = 0; i < CharacterCount; i++)
        {
            yield return Character(i);
        }
    }

    /// <summary>The character at an index.</summary>
    public TemplateText Character(int index) => Characters(index, index + 1);

    /// <summary>The characters from one index up to another.</summary>
    public TemplateText Characters(int start, int end) => Slice(CharacterStarts[start], CharacterStarts[end]);

    /// <summary>The index of the character that starts at a code unit.</summary>
    public int CharacterAt(int unit)
    {
        int index = Array.BinarySearch(CharacterStarts, unit);
        return index < 0 ? ~index - 1 : index;
    }

    /// <summary>The code units from one up to another.</summary>
    public TemplateText Slice(int start, int end)
    {
        if (start == 0 && end == Text.Length)
        {
            return this;
        }

        List<Range> content = [];
        foreach (Range range in _content)
        {
            int from = Math.Max(range.Start.Value, start);
            int to = Math.Min(range.End.Value, end);
            if (from < to)
            {
                content.Add((from - start)..(to - start));
            }
        }

        return new TemplateText(Text[start..end], [.. content]);
    }

    /// <summary>A changed text of this one's origin: all of it counts as the conversation's where a part of this one is.</summary>
    public TemplateText Changed(string text) => _content.Length == 0 ? OfTemplate(text) : OfContent(text);

    private static int[] FindCharacters(string text)
    {
        List<int> starts = new(text.Length + 1);
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            starts.Add(i);
        }

        starts.Add(text.Length);
        return [.. starts];
    }
}
