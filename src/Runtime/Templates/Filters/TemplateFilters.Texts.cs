using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Templates;

public static partial class TemplateFilters
{
    // Jinja's own.
    private const int DefaultCenterWidth = 80;
    private const int DefaultIndentWidth = 4;
    private const int DefaultTruncateLength = 255;
    private const int DefaultTruncateLeeway = 5;
    private const string WordStarts = "-({[<";

    /// <summary>value | capitalize</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue Capitalize(TemplateValue value) => Of(TextCasing.Capitalize(PythonText.Of(value)));

    /// <summary>value | center(width)</summary>
    /// <param name="value">A text.</param>
    /// <param name="width">Characters of the result.</param>
    public static TemplateValue Center(TemplateValue value, TemplateValue width = default) =>
        Of(TextPadding.Center(PythonText.Of(value), Count(width, DefaultCenterWidth), " "));

    /// <summary>value | escape: the characters that HTML means something by are written by their names.</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue Escape(TemplateValue value) => Of(MarkupText.Escape(PythonText.Of(value)));

    /// <summary>value | format(values): fills places such as %s.</summary>
    /// <param name="value">A text.</param>
    /// <param name="values">A value for each place.</param>
    public static TemplateValue Format(TemplateValue value, params TemplateValue[] values) =>
        Of(PercentFormat.Fill(PythonText.Of(value), TemplateValue.Tuple(values)));

    /// <summary>value | indent(width, first, blank)</summary>
    /// <param name="value">A text.</param>
    /// <param name="width">Spaces, or the text that goes in front of lines.</param>
    /// <param name="first">Whether the first line is indented too.</param>
    /// <param name="blank">Whether empty lines are.</param>
    public static TemplateValue Indent(
        TemplateValue value, TemplateValue width = default, TemplateValue first = default, TemplateValue blank = default)
    {
        TemplateText indentation = width.Text ?? TemplateText.OfTemplate(new string(' ', Count(width, DefaultIndentWidth)));

        // A line's end at the end of the text has an empty line behind it.
        TemplateText text = value.Defined().Text ?? throw new ChatTemplateException($"can only indent a str, not {value.TypeName}");
        List<TemplateText> lines = TextLines.Split(new TemplateTextBuilder().Append(text).Append("\n").ToText());
        TemplateTextBuilder indented = new();
        for (int i = 0; i < lines.Count; i++)
        {
            bool isIndented = i == 0 ? first.IsTruthy : blank.IsTruthy || lines[i].Length > 0;
            indented.Append(i == 0 ? "" : "\n").Append(isIndented ? indentation : TemplateText.Empty).Append(lines[i]);
        }

        return Of(indented.ToText());
    }

    /// <summary>value | lower</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue Lower(TemplateValue value) => Of(TextCasing.Lower(PythonText.Of(value)));

    /// <summary>value | replace(old, new, count)</summary>
    /// <param name="value">A text.</param>
    /// <param name="old">What is replaced.</param>
    /// <param name="new">By what.</param>
    /// <param name="count">How often at most.</param>
    public static TemplateValue Replace(TemplateValue value, TemplateValue old, TemplateValue @new, TemplateValue count = default) =>
        Of(TextMethods.Replace(PythonText.Of(value), PythonText.Of(old), PythonText.Of(@new), TextMethods.Limit(count)));

    /// <summary>value | safe: a text that is HTML already.</summary>
    /// <param name="value">Any value.</param>
    public static TemplateValue Safe(TemplateValue value) => Of(PythonText.Of(value).AsMarkup());

    /// <summary>value | string</summary>
    /// <param name="value">Any value.</param>
    public static TemplateValue Text(TemplateValue value) => Of(PythonText.Of(value));

    /// <summary>value | title: words start in upper case.</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue Title(TemplateValue value)
    {
        // Unlike the method title, this one sees words end only at white space, - and opening brackets.
        TemplateText text = PythonText.Of(value);
        StringBuilder title = new();
        for (int start = 0; start < text.Length;)
        {
            bool separates = Separates(text.Text[start]);
            int end = start;
            while (end < text.Length && Separates(text.Text[end]) == separates)
            {
                end++;
            }

            title.Append(TextCasing.Capitalize(text.Text[start..end]));
            start = end;
        }

        return Of(text.Changed(title.ToString()));

        static bool Separates(char character) =>
            PythonWhiteSpace.Is(character) || WordStarts.Contains(character, StringComparison.Ordinal);
    }

    /// <summary>value | trim(chars)</summary>
    /// <param name="value">A text.</param>
    /// <param name="chars">What is taken from its ends; white space where it is not given.</param>
    public static TemplateValue Trim(TemplateValue value, TemplateValue chars = default) =>
        Of(TextMethods.Strip(PythonText.Of(value), chars, atStart: true, atEnd: true));

    /// <summary>value | truncate(length, killwords, end, leeway)</summary>
    /// <param name="value">A text.</param>
    /// <param name="length">Characters of the result at most, its end included.</param>
    /// <param name="killwords">Whether the last word may be cut.</param>
    /// <param name="end">What is put behind.</param>
    /// <param name="leeway">By how much a text may be longer and still stay whole.</param>
    public static TemplateValue Truncate(
        TemplateValue value,
        TemplateValue length = default,
        TemplateValue killwords = default,
        TemplateValue end = default,
        TemplateValue leeway = default)
    {
        TemplateText mark = end.IsGiven ? PythonText.Of(end.Defined()) : TemplateText.OfTemplate("...");
        int most = Count(length, DefaultTruncateLength);
        int more = leeway.IsNone ? DefaultTruncateLeeway : Count(leeway, DefaultTruncateLeeway);
        if (most < mark.CharacterCount)
        {
            throw new ChatTemplateException($"expected length >= {mark.CharacterCount}, got {most}");
        }

        // Jinja asks a value of any type for its length.
        if (Length(value).Integer <= most + more)
        {
            return value;
        }

        TemplateText text = value.Text ?? throw new ChatTemplateException($"'{value.TypeName}' object cannot be truncated");

        TemplateText start = text.Characters(0, most - mark.CharacterCount);
        int space = killwords.IsTruthy ? -1 : start.Text.LastIndexOf(' ');
        return Of(new TemplateTextBuilder().Append(space < 0 ? start : start.Slice(0, space)).Append(mark).ToText());
    }

    /// <summary>value | upper</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue Upper(TemplateValue value) => Of(TextCasing.Upper(PythonText.Of(value)));

    /// <summary>value | urlencode</summary>
    /// <param name="value">A text, or a dictionary for a query.</param>
    public static TemplateValue UrlEncode(TemplateValue value)
    {
        if (value.AsDictionary is TemplateDictionary dictionary)
        {
            TemplateText query = TextMethods.Join(
                TemplateText.OfTemplate("&"),
                dictionary.Entries.Select(entry => TemplateValue.Concat(
                    Of(Encoded(entry.Key, isQuery: true)), "=", Of(Encoded(entry.Value, isQuery: true)))));
            return Of(query);
        }

        return Of(Encoded(value, isQuery: false));
    }

    /// <summary>value | wordcount</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue CountWords(TemplateValue value)
    {
        int count = 0;
        bool isInWord = false;
        foreach (Rune rune in PythonText.Of(value).Text.EnumerateRunes())
        {
            bool isOfWord = rune.Value == '_' || PythonCharacters.IsAlphabetic(rune) || PythonCharacters.IsNumeric(rune);
            count += isOfWord && !isInWord ? 1 : 0;
            isInWord = isOfWord;
        }

        return count;
    }

    private static TemplateValue Of(TemplateText text) => TemplateValue.Of(text);

    private static TemplateText Encoded(TemplateValue value, bool isQuery)
    {
        TemplateText text = PythonText.Of(value);
        string encoded = Uri.EscapeDataString(text.Text);
        return text.Changed(isQuery
            ? encoded.Replace("%20", "+", StringComparison.Ordinal)
            : encoded.Replace("%2F", "/", StringComparison.Ordinal));
    }
}
