namespace ModelGen.Templates;

/// <summary>Text as HTML.</summary>
internal static class MarkupText
{
    /// <summary>Writes the characters that HTML means something by as their names; what is HTML already stays as it is.</summary>
    public static TemplateText Escape(TemplateText text)
    {
        if (text.IsMarkup)
        {
            return text;
        }

        TemplateTextBuilder escaped = new();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string? name = text.Text[i] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&#34;",
                '\'' => "&#39;",
                _ => null,
            };
            if (name is not null)
            {
                escaped.Append(text, start, i).Append(text.Slice(i, i + 1).Changed(name));
                start = i + 1;
            }
        }

        return escaped.Append(text, start, text.Length).ToText().AsMarkup();
    }

    /// <summary>One text behind the other; if one is HTML, so is the result.</summary>
    public static TemplateText Concat(TemplateText left, TemplateText right)
    {
        TemplateTextBuilder text = new();
        return left.IsMarkup || right.IsMarkup
            ? text.Append(Escape(left)).Append(Escape(right)).ToText().AsMarkup()
            : text.Append(left).Append(right).ToText();
    }
}
