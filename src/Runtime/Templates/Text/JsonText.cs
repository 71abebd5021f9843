using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelGen.Templates;

/// <summary>Writes values as Python's json.dumps does.</summary>
/// <param name="ensuresAscii">Whether characters beyond ASCII are written by their codes.</param>
/// <param name="level">What a level is indented by; null for one line.</param>
/// <param name="itemSeparator">Stands between items.</param>
/// <param name="keySeparator">Stands between a key and its value.</param>
/// <param name="sortsKeys">Whether keys are sorted.</param>
internal sealed class JsonText(bool ensuresAscii, string? level, string itemSeparator, string keySeparator, bool sortsKeys)
{
    private readonly TemplateTextBuilder _json = new();

    public TemplateText ToText() => _json.ToText();

    /// <param name="value">The value.</param>
    /// <param name="line">What starts a line at its level.</param>
    public void Append(TemplateValue value, string line)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case { Text: TemplateText text }:
                AppendString(text);
                break;
            case { AsList: TemplateList list }:
                AppendItems("[", list.Items.Select(item => (TemplateText.Empty, item)), "]", line);
                break;
            case { AsDictionary: TemplateDictionary dictionary }:
                IEnumerable<TemplateValue> entries = DictionaryMethods.Items(dictionary).Items();
                entries = sortsKeys ? PythonComparison.Sort(entries, entry => entry[0], isReverse: false) : entries;
                AppendItems("{", entries.Select(entry => (Key(entry[0]), entry[1])), "}", line);
                break;
            default:
                _json.Append(Scalar(value)
                    ?? throw new ChatTemplateException($"Object of type {value.TypeName} is not JSON serializable"));
                break;
        }
    }

    private static string? Scalar(TemplateValue value) => value switch
    {
        { IsNone: true } => "null",
        { Boolean: bool boolean } => boolean ? "true" : "false",
        { Integer: BigInteger integer } => integer.ToString(CultureInfo.InvariantCulture),
        { FloatingPoint: double number } => double.IsNaN(number) ? "NaN"
            : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity")
            : PythonText.OfNumber(number),
        _ => null,
    };

    private static TemplateText Key(TemplateValue key) => key.Text ?? TemplateText.OfTemplate(
        Scalar(key) ?? throw new ChatTemplateException($"keys must be str, int, float, bool or None, not {key.TypeName}"));

    private void AppendItems(string open, IEnumerable<(TemplateText Key, TemplateValue Value)> items, string close, string line)
    {
        string inner = line + level;
        bool isEmpty = true;
        _json.Append(open);
        foreach ((TemplateText key, TemplateValue value) in items)
        {
            _json.Append(isEmpty ? "" : itemSeparator).Append(level is null ? "" : inner);
            isEmpty = false;
            if (open == "{")
            {
                AppendString(key);
                _json.Append(keySeparator);
            }

            Append(value, inner);
        }

        _json.Append(isEmpty || level is null ? "" : line).Append(close);
    }

    private void AppendString(TemplateText text)
    {
        _json.Append("\"");
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (Escape(text.Text[i]) is string escape)
            {
                _json.Append(text, start, i).Append(text.Slice(i, i + 1).Changed(escape));
                start = i + 1;
            }
        }

        _json.Append(text, start, text.Length).Append("\"");
    }

    private string? Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\b' => @"\b",
        '\f' => @"\f",
        _ => character < ' ' || (ensuresAscii && character > '~')
            ? @"\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture)
            : null,
    };
}
