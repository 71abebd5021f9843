using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace ModelGen.Output;

/// <summary>The text of a JSON object as it comes, and which of its properties are complete.</summary>
internal sealed class OutputProgress
{
    private readonly ArrayBufferWriter<byte> _json = new();

    // Bytes that were looked at, and what is known behind them.
    private int _position;
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;

    /// <summary>Whether the object has ended.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The text so far.</summary>
    public string Text => Encoding.UTF8.GetString(_json.WrittenSpan);

    /// <summary>Appends a piece of the text, which ends with a whole character.</summary>
    public void Append(string piece) => Encoding.UTF8.GetBytes(piece, _json);

    /// <summary>
    /// Goes on to where another property of the object is complete, that is to a comma behind it or to the object's end. False where the text ends
    /// before that.
    /// </summary>
    public bool TryAdvance()
    {
        ReadOnlySpan<byte> json = _json.WrittenSpan;
        while (_position < json.Length && !IsComplete)
        {
            byte value = json[_position++];
            if (_isInText)
            {
                _isInText = _isEscaped || value != (byte)'"';
                _isEscaped = !_isEscaped && value == (byte)'\\';
                continue;
            }

            switch (value)
            {
                case (byte)'"':
                    _isInText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                case (byte)'}' or (byte)']':
                    _depth--;
                    IsComplete = _depth <= 0;
                    break;
                case (byte)',' when _depth == 1:
                    return true;
            }
        }

        return IsComplete;
    }

    /// <summary>The object with the properties up to where <see cref="TryAdvance"/> has come.</summary>
    public PartialOutput<T> Read<T>()
        where T : IGeneratedOutput<T>
    {
        if (IsComplete)
        {
            ReadOnlySpan<byte> whole = _json.WrittenSpan;
            return new PartialOutput<T>(OutputText.Read<T>(whole), NamesOf(whole), isComplete: true);
        }

        // The comma gives way to the object's end.
        byte[] part = _json.WrittenSpan[.._position].ToArray();
        part[^1] = (byte)'}';
        return new PartialOutput<T>(OutputText.Read<T>(part, isPartial: true), NamesOf(part), isComplete: false);
    }

    private static List<string> NamesOf(ReadOnlySpan<byte> json)
    {
        List<string> names = [];
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                names.Add(reader.GetString()!);
                reader.Skip();
            }
        }

        return names;
    }
}
