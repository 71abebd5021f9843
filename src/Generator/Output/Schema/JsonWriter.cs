using System.Globalization;
using System.Text;

namespace ModelGen.Generator.Output.Schema;

/// <summary>Writes compact JSON. (A generator brings no library of JSON along; the compiler that it runs in has none for it.)</summary>
internal sealed class JsonWriter
{
    private readonly StringBuilder _text = new();
    private bool _needsComma;

    public JsonWriter Open(char bracket)
    {
        Separate();
        _text.Append(bracket);
        _needsComma = false;
        return this;
    }

    public JsonWriter Close(char bracket)
    {
        _text.Append(bracket);
        _needsComma = true;
        return this;
    }

    public JsonWriter Name(string name)
    {
        Text(name);
        _text.Append(':');
        _needsComma = false;
        return this;
    }

    public JsonWriter Text(string text)
    {
        Separate();
        _text.Append('"');
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' or '\\' => _text.Append('\\').Append(character),
                '\n' => _text.Append("\\n"),
                < ' ' or '\u007f' or >= '\ud800' and <= '\udfff' or '\u2028' or '\u2029' =>
                    _text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
                _ => _text.Append(character),
            };
        }

        _text.Append('"');
        _needsComma = true;
        return this;
    }

    /// <summary>A number, true, false or null, as JSON spells it.</summary>
    public JsonWriter Word(string word)
    {
        Separate();
        _text.Append(word);
        _needsComma = true;
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Separate()
    {
        if (_needsComma)
        {
            _text.Append(',');
        }
    }
}
