using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Templates;

/// <summary>Puts texts together; which parts come from the conversation is kept.</summary>
internal sealed class TemplateTextBuilder
{
    // Python would take all memory; no prompt comes near.
    private const int MaxLength = 1 << 26;

    private readonly StringBuilder _text = new();
    private readonly List<Range> _content = [];

    public int Length => _text.Length;

    public TemplateTextBuilder Append(TemplateText text)
    {
        Reserve(text.Length);
        foreach (Range range in text.Content)
        {
            AddContent(_text.Length + range.Start.Value, _text.Length + range.End.Value);
        }

        _text.Append(text.Text);
        return this;
    }

    public TemplateTextBuilder Append(TemplateText text, int start, int end) => Append(text.Slice(start, end));

    /// <summary>Appends text of the template.</summary>
    public TemplateTextBuilder Append(string text)
    {
        Reserve(text.Length);
        _text.Append(text);
        return this;
    }

    public TemplateText ToText() => new(_text.ToString(), [.. _content]);

    private void AddContent(int start, int end)
    {
        if (_content.Count > 0 && _content[^1].End.Value == start)
        {
            _content[^1] = _content[^1].Start.Value..end;
        }
        else
        {
            _content.Add(start..end);
        }
    }

    private void Reserve(int length)
    {
        if (length > MaxLength - _text.Length)
        {
            throw new ChatTemplateException($"The chat template makes a text of more than {MaxLength} characters.");
        }
    }
}
