using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Gguf;

/// <summary>
/// Reads what <see cref="GgufSnapshot.Write"/> wrote, in one pass, and accepts nothing else, but for the spelling of reals (which
/// runtimes before .NET Core 3.0 may round differently) and of line ends (which version control may change).
/// </summary>
internal sealed class GgufSnapshotParser(string text)
{
    private const int HashDigits = 64;

    private int _position;
    private int _line = 1;

    public GgufHeader Parse(out string fileName)
    {
        ReadLine(GgufSnapshot.FirstLine);
        fileName = ReadTextField("file");
        int version = (int)ReadField("version", 2, 3);
        long length = ReadField("length", GgufLimits.FixedBytes, long.MaxValue);
        long alignment = ReadField("alignment", GgufLimits.MinAlignment, GgufLimits.MaxAlignment);
        long dataOffset = ReadField("data-offset", GgufLimits.FixedBytes, GgufLimits.MaxHeaderBytes + GgufLimits.MaxAlignment);
        Expect("header-hash ");
        string headerHash = ReadHash();
        EndLine();

        List<GgufPart> parts = [new GgufPart(length, (int)alignment, dataOffset), .. ReadOtherParts()];
        List<GgufMetadata> metadata = ReadMetadata(alignment);
        if (parts.Exists(part => part.DataOffset % part.Alignment != 0))
        {
            throw Error("the data offset is no multiple of the alignment.");
        }

        List<GgufTensor> tensors = ReadTensors(parts);
        if (_position < text.Length)
        {
            throw Error("the snapshot goes on after its last tensor.");
        }

        GgufHeader header = new(
            version, length, (int)alignment, dataOffset, headerHash, metadata.ToEquatableArray(), tensors.ToEquatableArray())
        {
            OtherParts = parts.Skip(1).ToEquatableArray(),
        };
        return parts.Count == 1 || (GgufSplit.CountOf(header) == parts.Count && GgufSplit.NumberOf(header) == 1)
            ? header
            : throw Error("the parts are not those of the metadata.");
    }

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

    /// <summary>The parts of a split model behind the first one.</summary>
    private List<GgufPart> ReadOtherParts()
    {
        List<GgufPart> parts = [];
        if (Peek() == 'p')
        {
            long count = ReadField("parts", 2, GgufSplit.MaxParts);
            while (parts.Count < count - 1)
            {
                long length = ReadField("  length", GgufLimits.FixedBytes, long.MaxValue);
                long alignment = ReadField("  alignment", GgufLimits.MinAlignment, GgufLimits.MaxAlignment);
                long dataOffset = ReadField("  data-offset", GgufLimits.FixedBytes, GgufLimits.MaxHeaderBytes + GgufLimits.MaxAlignment);
                parts.Add(new GgufPart(length, (int)alignment, dataOffset));
            }
        }

        return parts;
    }

    private List<GgufMetadata> ReadMetadata(long alignment)
    {
        long count = ReadField("metadata", 0, GgufLimits.MaxMetadataCount);
        List<GgufMetadata> metadata = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        GgufValue? alignmentValue = null;
        for (long i = 0; i < count; i++)
        {
            Expect("  ");
            string key = ReadName();
            if (!keys.Add(key))
            {
                throw Error("metadata key " + GgufText.Shown(key) + " is there twice.");
            }

            Expect(" ");
            GgufValue value = ReadTyped();
            EndLine();
            metadata.Add(new GgufMetadata(key, value));
            alignmentValue = key == GgufRules.AlignmentKey ? value : alignmentValue;
        }

        if (GgufRules.CheckAlignment(alignmentValue, out int declared) is { } problem)
        {
            throw Error("metadata key " + GgufText.Shown(GgufRules.AlignmentKey) + " " + problem);
        }

        return declared == alignment ? metadata : throw Error("the alignment is not that of the metadata.");
    }

    private List<GgufTensor> ReadTensors(List<GgufPart> parts)
    {
        long count = ReadField("tensors", 0, GgufLimits.MaxTensorCount);
        List<GgufTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            Expect("  ");
            string name = ReadName();
            Expect(" ");
            string typeName = ReadWord();
            GgmlType type = GgmlType.Find(typeName) ?? throw Error("there is no tensor type " + GgufText.Shown(typeName) + ".");
            Expect(" ");
            List<long> shape = [ReadNumber(1, long.MaxValue)];
            while (TrySkip('x'))
            {
                shape.Add(ReadNumber(1, long.MaxValue));
            }

            Expect(" @");
            long offset = ReadNumber(0, long.MaxValue);
            GgufTensor tensor = new(name, type.Id, shape.ToEquatableArray(), offset, ReadPartNumber(parts.Count));
            GgufPart part = parts[tensor.Part - 1];
            string? problem = names.Add(name) ? GgufRules.CheckTensor(tensor, part.Alignment, part.DataOffset, part.FileLength) : "is there twice.";
            if (problem is not null)
            {
                throw Error("tensor " + GgufText.Shown(name) + " " + problem);
            }

            EndLine();
            tensors.Add(tensor);
        }

        return GgufRules.CheckOverlaps(tensors) is { } overlap
            ? throw Error("tensor " + GgufText.Shown(overlap.Tensor.Name) + " " + overlap.Problem)
            : tensors;
    }

    /// <summary>Which part a tensor is in; of the first one nothing is written.</summary>
    private int ReadPartNumber(int count)
    {
        if (Peek() != ' ')
        {
            return 1;
        }

        Expect(GgufSnapshot.PartWord);
        return (int)ReadNumber(2, count);
    }

    private GgufValue ReadTyped()
    {
        GgufValueType type = ReadTypeName();
        if (Peek() == '[')
        {
            return new GgufValue(GgufValueType.Array, Array: ReadArray(type, nesting: 1));
        }

        Expect(" ");
        return type != GgufValueType.Array ? ReadScalar(type) : throw Error("an array must give its element type and count: 'int32[3]'.");
    }

    private GgufValueType ReadTypeName()
    {
        string name = ReadWord();
        return GgufText.FindType(name) ?? throw Error("there is no value type " + GgufText.Shown(name) + ".");
    }

    /// <summary>Reads an array after its element type.</summary>
    private GgufArray ReadArray(GgufValueType elementType, int nesting)
    {
        if (nesting > GgufLimits.MaxNesting)
        {
            throw Error("arrays are nested too deep.");
        }

        Expect("[");
        long count = ReadNumber(0, GgufLimits.MaxHeaderBytes);
        Expect("] ");
        List<GgufValue> elements = [];
        if (count <= GgufArray.MaxKeptElements)
        {
            Expect("(");
            for (long i = 0; i < count; i++)
            {
                if (i > 0)
                {
                    Expect(" ");
                }

                elements.Add(elementType == GgufValueType.Array
                    ? new GgufValue(elementType, Array: ReadArray(ReadTypeName(), nesting + 1))
                    : ReadScalar(elementType));
            }

            Expect(") ");
        }

        return new GgufArray(elementType, count, ReadHash(), elements.ToEquatableArray());
    }

    private GgufValue ReadScalar(GgufValueType type)
    {
        switch (type)
        {
            case GgufValueType.String:
                return ReadString();
            case GgufValueType.Bool:
                string word = ReadWord();
                return word is "true" or "false" ? new GgufValue(type, Integer: word == "true" ? 1 : 0) : throw NotA(type, word);
            case GgufValueType.Float32:
                string single = ReadWord();
                return GgufText.TryParseSingle(single, out double singleValue)
                    ? new GgufValue(type, Real: singleValue)
                    : throw NotA(type, single);
            case GgufValueType.Float64:
                string real = ReadWord();
                return GgufText.TryParseDouble(real, out double doubleValue)
                    ? new GgufValue(type, Real: doubleValue)
                    : throw NotA(type, real);
            case GgufValueType.UInt64:
                return new GgufValue(type, Integer: unchecked((long)ReadMagnitude(ulong.MaxValue)));
            default:
                (long minimum, long maximum) = Range(type);
                return new GgufValue(type, Integer: ReadNumber(minimum, maximum));
        }
    }

    private static (long Minimum, long Maximum) Range(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => (byte.MinValue, byte.MaxValue),
        GgufValueType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        GgufValueType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        GgufValueType.Int16 => (short.MinValue, short.MaxValue),
        GgufValueType.UInt32 => (uint.MinValue, uint.MaxValue),
        GgufValueType.Int32 => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    /// <summary>Quoted text, or the length and hash of text that is too long for the header.</summary>
    private GgufValue ReadString()
    {
        if (Peek() == '"')
        {
            return new GgufValue(GgufValueType.String, Text: ReadQuoted());
        }

        long length = ReadNumber(GgufValue.MaxKeptTextBytes + 1, GgufLimits.MaxHeaderBytes);
        Expect(" ");
        GgufArray known = new(GgufValueType.UInt8, length, ReadHash(), EquatableArray<GgufValue>.Empty);
        return new GgufValue(GgufValueType.String, Array: known);
    }

    private long ReadField(string name, long minimum, long maximum)
    {
        Expect(name);
        Expect(" ");
        long value = ReadNumber(minimum, maximum);
        EndLine();
        return value;
    }

    private long ReadNumber(long minimum, long maximum)
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
    private ulong ReadMagnitude(ulong maximum)
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

    private string ReadHash()
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
    private string ReadName()
    {
        bool isQuoted = Peek() == '"';
        string name = isQuoted ? ReadQuoted() : ReadWord();
        return name.Length > 0 && isQuoted != GgufText.IsBare(name)
            ? name
            : throw Error("the name " + GgufText.Shown(name) + " is empty, or quoted wrongly.");
    }

    /// <summary>Letters, digits, '.', '_', '-', and '+' of an exponent; at least one.</summary>
    private string ReadWord()
    {
        int start = _position;
        while (GgufText.IsBare(Peek()) || Peek() == '+')
        {
            _position++;
        }

        return _position > start ? text.Substring(start, _position - start) : throw Expected("a word");
    }

    private string ReadQuoted()
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
    private char Peek() => _position < text.Length ? text[_position] : '\0';

    private bool TrySkip(char character)
    {
        if (Peek() != character)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Expect(string literal)
    {
        if (string.CompareOrdinal(text, _position, literal, 0, literal.Length) != 0)
        {
            throw Expected(GgufText.Shown(literal));
        }

        _position += literal.Length;
    }

    /// <summary>Ends a line, with LF or CR LF.</summary>
    private void EndLine()
    {
        _ = TrySkip('\r');
        if (!TrySkip('\n'))
        {
            throw Expected("the end of the line");
        }

        _line++;
    }

    private ModelGenException Expected(string what)
    {
        // Enough to find the place by.
        const int ShownCharacters = 20;
        int lineEnd = text.IndexOfAny(['\r', '\n'], _position);
        int shown = Math.Min(ShownCharacters, (lineEnd < 0 ? text.Length : lineEnd) - _position);
        string found = shown > 0 ? GgufText.Shown(text.Substring(_position, shown)) : "the end of the line";
        return Error(what + " was expected, and not " + found + ".");
    }

    private ModelGenException NotA(GgufValueType type, string word) =>
        Error(GgufText.Shown(word) + " is no " + GgufText.NameOf(type) + ".");

    private ModelGenException Error(string problem) => new(
        "GGUF header snapshot, line " + _line.ToString(CultureInfo.InvariantCulture) + ": " + problem
        + " Delete the snapshot and build again: it is written from the GGUF file.");
}
