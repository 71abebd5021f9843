using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Gguf;

/// <summary>Reads the words, numbers and quoted texts of a snapshot, one after the other, and names the line of what is not as it must be.</summary>
internal sealed class GgufSnapshotReader(string text)
{
    private const int HashDigits = 64;

    private int _position;
    private int _line = 1;

    /// <summary>Whether all has been read.</summary>
    public bool IsAtEnd => _position == text.Length;

    /// <summary>Reads a line that must be there as it is.</summary>
    public void ReadLine(string line)
    {
        Expect(line);
        EndLine();
    }

    /// <summary>Reads a line with a name and quoted text.</summary>
    public string ReadTextField(string name)
    {
        Expect(name);
        Expect(" ");
        string value = ReadQuoted();
        EndLine();
        return value;
    }

    /// <summary>What has not been read.</summary>
    public string ReadRest()
    {
        int start = _position;
        _position = text.Length;
        return text.Substring(start);
    }

    /// <summary>A line with a name and a number.</summary>
    public long ReadField(string name, long minimum, long maximum)
    {
        Expect(name);
        Expect(" ");
        long value = ReadNumber(minimum, maximum);
        EndLine();
        return value;
    }

    /// <summary>A whole number within bounds.</summary>
    public long ReadNumber(long minimum, long maximum)
    {
        int start = _position;
        bool isNegative = TrySkip('-');
        ulong magnitude = ReadMagnitude(isNegative ? (ulong)long.MaxValue + 1 : long.MaxValue);
        long value = unchecked(isNegative ? -(long)magnitude : (long)magnitude);
        if (value < minimum || value > maximum || (isNegative && magnitude == 0))
        {
            string found = text.Substring(start, _position - start);
            throw Error(string.Format(CultureInfo.InvariantCulture, "{0} is no number from {1} to {2}.", found, minimum, maximum));
        }

        return value;
    }

    /// <summary>Reads digits without leading zeros.</summary>
    public ulong ReadMagnitude(ulong maximum)
    {
        int start = _position;
        ulong value = 0;
        for (; Peek() is >= '0' and <= '9'; _position++)
        {
            uint digit = (uint)(text[_position] - '0');
            if (value > (maximum - digit) / 10)
            {
                throw Error("a number is too large.");
            }

            value = value * 10 + digit;
        }

        bool hasLeadingZero = _position - start > 1 && text[start] == '0';
        return _position > start && !hasLeadingZero ? value : throw Expected("a number");
    }

    /// <summary>A hash with its prefix.</summary>
    public string ReadHash()
    {
        Expect(GgufSnapshot.HashPrefix);
        int start = _position;
        while (_position - start < HashDigits && Peek() is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
        {
            _position++;
        }

        return _position - start == HashDigits ? text.Substring(start, HashDigits) : throw Expected("64 lower-case hexadecimal digits");
    }

    /// <summary>A key or tensor name, bare or quoted.</summary>
    public string ReadName()
    {
        bool isQuoted = Peek() == '"';
        string name = isQuoted ? ReadQuoted() : ReadWord();
        return name.Length > 0 && isQuoted != GgufText.IsBare(name)
            ? name
            : throw Error("the name " + GgufText.Shown(name) + " is empty, or quoted wrongly.");
    }

    /// <summary>Letters, digits, '.', '_', '-', and '+' of an exponent; at least one.</summary>
    public string ReadWord()
    {
        int start = _position;
        while (GgufText.IsBare(Peek()) || Peek() == '+')
        {
            _position++;
        }

        return _position > start ? text.Substring(start, _position - start) : throw Expected("a word");
    }

    /// <summary>Text in quotes.</summary>
    public string ReadQuoted()
    {
        Expect("\"");
        int start = _position;
        while (IsPlain(Peek()))
        {
            _position++;
        }

        // Nearly all strings end here: no escapes, no copy but the string itself.
        if (Peek() == '"')
        {
            return text.Substring(start, _position++ - start);
        }

        StringBuilder value = new(text, start, _position - start, capacity: 2 * (_position - start));
        while (Peek() != '"')
        {
            char character = Peek();
            if (character == '\\')
            {
                _position++;
                value.Append(ReadEscape());
            }
            else if (IsPlain(character))
            {
                value.Append(character);
                _position++;
            }
            else if (char.IsHighSurrogate(character) && _position + 1 < text.Length && char.IsLowSurrogate(text[_position + 1]))
            {
                value.Append(character).Append(text[_position + 1]);
                _position += 2;
            }
            else
            {
                throw Expected("the end of a string, '\"'");
            }
        }

        _position++;
        return value.ToString();
    }

    /// <summary>Whether a character of a quoted string stands for itself; surrogates do in pairs only, which is seen to apart.</summary>
    private static bool IsPlain(char character) =>
        character is not ('"' or '\\') && !char.IsSurrogate(character) && !GgufText.IsEscapedByCode(character);

    private char ReadEscape()
    {
        char kind = Peek();
        char? simple = kind switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' or '\\' => kind,
            _ => null,
        };
        if (simple is { } character)
        {
            _position++;
            return character;
        }

        // \u only for what has no other spelling.
        const int Digits = 4;
        if (kind == 'u'
            && _position + Digits < text.Length
            && text.Substring(_position + 1, Digits) is var digits
            && ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            && digits == code.ToString("x4", CultureInfo.InvariantCulture)
            && GgufText.IsEscapedByCode((char)code)
            && code is not ('\n' or '\r' or '\t'))
        {
            _position += 1 + Digits;
            return (char)code;
        }

        throw Expected("one of the escapes \\n, \\r, \\t, \\\", \\\\ and \\u with four digits");
    }

    /// <summary>The character at the current position, or U+0000, which no valid snapshot holds, at the end.</summary>
    public char Peek() => _position < text.Length ? text[_position] : '\0';

    /// <summary>Skips a character, if it comes next.</summary>
    public bool TrySkip(char character)
    {
        if (Peek() != character)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Skips what must come next.</summary>
    public void Expect(string literal)
    {
        if (string.CompareOrdinal(text, _position, literal, 0, literal.Length) != 0)
        {
            throw Expected(GgufText.Shown(literal));
        }

        _position += literal.Length;
    }

    /// <summary>Ends a line, with LF or CR LF.</summary>
    public void EndLine()
    {
        _ = TrySkip('\r');
        if (!TrySkip('\n'))
        {
            throw Expected("the end of the line");
        }

        _line++;
    }

    /// <summary>Says that a word is no value of a type.</summary>
    public ModelGenException NotA(GgufValueType type, string word) =>
        Error(GgufText.Shown(word) + " is no " + GgufText.NameOf(type) + ".");

    /// <summary>Says what is wrong with the line.</summary>
    public ModelGenException Error(string problem) => new(
        "GGUF header snapshot, line " + _line.ToString(CultureInfo.InvariantCulture) + ": " + problem
        + " Delete the snapshot and build again: it is written from the GGUF file.");

    private ModelGenException Expected(string what)
    {
        // Enough to find the place by.
        const int ShownCharacters = 20;
        int lineEnd = text.IndexOfAny(['\r', '\n'], _position);
        int shown = Math.Min(ShownCharacters, (lineEnd < 0 ? text.Length : lineEnd) - _position);
        string found = shown > 0 ? GgufText.Shown(text.Substring(_position, shown)) : "the end of the line";
        return Error(what + " was expected, and not " + found + ".");
    }
}
