using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Answers;

/// <summary>
/// Reads calls as Python writes them: <c>[name(city="Oslo", days=3), other()]</c>. Values are Python's or JSON's, <c>True</c> as well as
/// <c>true</c>. A quotation mark ends a text only where something may follow a value, as templates write texts with marks in them as they stand.
/// </summary>
internal sealed class PythonCalls
{
    private const int DeepestValue = 64;

    private readonly string _text;
    private int _position;
    private int _depth;

    private PythonCalls(string text) => _text = text;

    /// <summary>Reads a list of calls, which is the whole text.</summary>
    /// <param name="text">The list, with white space around it.</param>
    /// <param name="calls">Takes the calls; as it was where the text is none.</param>
    public static bool TryRead(string text, List<ChatToolCall> calls)
    {
        int before = calls.Count;
        try
        {
            new PythonCalls(text).ReadCalls(calls);
            return true;
        }
        catch (FormatException)
        {
            calls.RemoveRange(before, calls.Count - before);
            return false;
        }
    }

    private void ReadCalls(List<ChatToolCall> calls)
    {
        Expect('[');
        do
        {
            string name = ReadName();
            Expect('(');
            JsonObject arguments = [];
            while (!TryTake(')'))
            {
                if (arguments.Count > 0)
                {
                    Expect(',');
                }

                string parameter = ReadName();
                Expect('=');
                arguments[parameter] = ReadValue();
            }

            calls.Add(new ChatToolCall(name, arguments));
        }
        while (TryTake(','));
        Expect(']');
        SkipSpace();
        Require(_position == _text.Length);
    }

    private string ReadName()
    {
        SkipSpace();
        int start = _position;
        while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] is '_' or '-' or '.'))
        {
            _position++;
        }

        Require(_position > start);
        return _text[start.._position];
    }

    private JsonNode? ReadValue()
    {
        Require(++_depth <= DeepestValue);
        SkipSpace();
        JsonNode? value = Current switch
        {
            '"' or '\'' => JsonValue.Create(ReadText()),
            '[' or '(' => ReadList(),
            '{' => ReadDictionary(),
            _ => ReadWord(),
        };
        _depth--;
        return value;
    }

    private JsonArray ReadList()
    {
        char end = _text[_position++] == '[' ? ']' : ')';
        JsonArray items = [];
        while (!TryTake(end))
        {
            items.Add(ReadValue());
            if (!TryTake(','))
            {
                Expect(end);
                break;
            }
        }

        return items;
    }

    private JsonObject ReadDictionary()
    {
        _position++;
        JsonObject members = [];
        while (!TryTake('}'))
        {
            SkipSpace();
            string name = ReadText();
            Expect(':');
            members[name] = ReadValue();
            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        return members;
    }

    private string ReadText()
    {
        char mark = Current;
        Require(mark is '"' or '\'');
        _position++;
        StringBuilder text = new();
        while (true)
        {
            Require(_position < _text.Length);
            char character = _text[_position++];
            if (character == mark && MayEndHere())
            {
                return text.ToString();
            }

            text.Append(character == '\\' ? ReadEscape() : character);
        }
    }

    private bool MayEndHere()
    {
        int next = _position;
        while (next < _text.Length && char.IsWhiteSpace(_text[next]))
        {
            next++;
        }

        return next < _text.Length && _text[next] is ',' or ')' or ']' or '}' or ':';
    }

    private char ReadEscape()
    {
        Require(_position < _text.Length);
        char escape = _text[_position++];
        switch (escape)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                Require(_position + 4 <= _text.Length);
                Require(ushort.TryParse(
                    _text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit));
                _position += 4;
                return (char)unit;
            default:
                return escape;
        }
    }

    private JsonNode? ReadWord()
    {
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '+' or '-' or '.'))
        {
            _position++;
        }

        string word = _text[start.._position];
        switch (word)
        {
            case "True" or "true":
                return JsonValue.Create(true);
            case "False" or "false":
                return JsonValue.Create(false);
            case "None" or "null":
                return null;
            default:
                Require(double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number));
                try
                {
                    // As it is written, so that integers of any length stay what they are.
                    return JsonNode.Parse(word);
                }
                catch (JsonException)
                {
                    return JsonValue.Create(number);
                }
        }
    }

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private bool TryTake(char expected)
    {
        SkipSpace();
        if (Current != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Expect(char expected) => Require(TryTake(expected));

    private static void Require([DoesNotReturnIf(false)] bool holds)
    {
        if (!holds)
        {
            throw new FormatException();
        }
    }
}
