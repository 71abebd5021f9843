using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Gguf;

/// <summary>
/// Reads what <see cref="GgufSnapshot.Write"/> wrote, in one pass, and accepts nothing else, but for the spelling of reals (which
/// runtimes before .NET Core 3.0 may round differently) and of line ends (which version control may change).
/// </summary>
internal sealed class GgufSnapshotParser(string text)
{
    private readonly GgufSnapshotReader _reader = new(text);

    public GgufHeader Parse(out string fileName)
    {
        _reader.ReadLine(GgufSnapshot.FirstLine);
        fileName = _reader.ReadTextField("file");
        int version = (int)_reader.ReadField("version", 2, 3);
        long length = _reader.ReadField("length", GgufLimits.FixedBytes, long.MaxValue);
        long alignment = _reader.ReadField("alignment", GgufLimits.MinAlignment, GgufLimits.MaxAlignment);
        long dataOffset = _reader.ReadField("data-offset", GgufLimits.FixedBytes, GgufLimits.MaxHeaderBytes + GgufLimits.MaxAlignment);
        _reader.Expect("header-hash ");
        string headerHash = _reader.ReadHash();
        _reader.EndLine();

        List<GgufPart> parts = [new GgufPart(length, (int)alignment, dataOffset), .. ReadOtherParts()];
        List<GgufMetadata> metadata = ReadMetadata(alignment);
        if (parts.Exists(part => part.DataOffset % part.Alignment != 0))
        {
            throw _reader.Error("the data offset is no multiple of the alignment.");
        }

        List<GgufTensor> tensors = ReadTensors(parts);
        if (!_reader.IsAtEnd)
        {
            throw _reader.Error("the snapshot goes on after its last tensor.");
        }

        GgufHeader header = new(
            version, length, (int)alignment, dataOffset, headerHash, metadata.ToEquatableArray(), tensors.ToEquatableArray())
        {
            OtherParts = parts.Skip(1).ToEquatableArray(),
        };
        return parts.Count == 1 || (GgufSplit.CountOf(header) == parts.Count && GgufSplit.NumberOf(header) == 1)
            ? header
            : throw _reader.Error("the parts are not those of the metadata.");
    }

    /// <summary>The parts of a split model behind the first one.</summary>
    private List<GgufPart> ReadOtherParts()
    {
        List<GgufPart> parts = [];
        if (_reader.Peek() == 'p')
        {
            long count = _reader.ReadField("parts", 2, GgufSplit.MaxParts);
            while (parts.Count < count - 1)
            {
                long length = _reader.ReadField("  length", GgufLimits.FixedBytes, long.MaxValue);
                long alignment = _reader.ReadField("  alignment", GgufLimits.MinAlignment, GgufLimits.MaxAlignment);
                long dataOffset = _reader.ReadField("  data-offset", GgufLimits.FixedBytes, GgufLimits.MaxHeaderBytes + GgufLimits.MaxAlignment);
                parts.Add(new GgufPart(length, (int)alignment, dataOffset));
            }
        }

        return parts;
    }

    private List<GgufMetadata> ReadMetadata(long alignment)
    {
        long count = _reader.ReadField("metadata", 0, GgufLimits.MaxMetadataCount);
        List<GgufMetadata> metadata = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        GgufValue? alignmentValue = null;
        for (long i = 0; i < count; i++)
        {
            _reader.Expect("  ");
            string key = _reader.ReadName();
            if (!keys.Add(key))
            {
                throw _reader.Error("metadata key " + GgufText.Shown(key) + " is there twice.");
            }

            _reader.Expect(" ");
            GgufValue value = ReadTyped();
            _reader.EndLine();
            metadata.Add(new GgufMetadata(key, value));
            alignmentValue = key == GgufRules.AlignmentKey ? value : alignmentValue;
        }

        if (GgufRules.CheckAlignment(alignmentValue, out int declared) is { } problem)
        {
            throw _reader.Error("metadata key " + GgufText.Shown(GgufRules.AlignmentKey) + " " + problem);
        }

        return declared == alignment ? metadata : throw _reader.Error("the alignment is not that of the metadata.");
    }

    private List<GgufTensor> ReadTensors(List<GgufPart> parts)
    {
        long count = _reader.ReadField("tensors", 0, GgufLimits.MaxTensorCount);
        List<GgufTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            _reader.Expect("  ");
            string name = _reader.ReadName();
            _reader.Expect(" ");
            string typeName = _reader.ReadWord();
            GgmlType type = GgmlType.Find(typeName) ?? throw _reader.Error("there is no tensor type " + GgufText.Shown(typeName) + ".");
            _reader.Expect(" ");
            List<long> shape = [_reader.ReadNumber(1, long.MaxValue)];
            while (_reader.TrySkip('x'))
            {
                shape.Add(_reader.ReadNumber(1, long.MaxValue));
            }

            _reader.Expect(" @");
            long offset = _reader.ReadNumber(0, long.MaxValue);
            GgufTensor tensor = new(name, type.Id, shape.ToEquatableArray(), offset, ReadPartNumber(parts.Count));
            GgufPart part = parts[tensor.Part - 1];
            string? problem = names.Add(name) ? GgufRules.CheckTensor(tensor, part.Alignment, part.DataOffset, part.FileLength) : "is there twice.";
            if (problem is not null)
            {
                throw _reader.Error("tensor " + GgufText.Shown(name) + " " + problem);
            }

            _reader.EndLine();
            tensors.Add(tensor);
        }

        return GgufRules.CheckOverlaps(tensors) is { } overlap
            ? throw _reader.Error("tensor " + GgufText.Shown(overlap.Tensor.Name) + " " + overlap.Problem)
            : tensors;
    }

    /// <summary>Which part a tensor is in; of the first one nothing is written.</summary>
    private int ReadPartNumber(int count)
    {
        if (_reader.Peek() != ' ')
        {
            return 1;
        }

        _reader.Expect(GgufSnapshot.PartWord);
        return (int)_reader.ReadNumber(2, count);
    }

    private GgufValue ReadTyped()
    {
        GgufValueType type = ReadTypeName();
        if (_reader.Peek() == '[')
        {
            return new GgufValue(GgufValueType.Array, Array: ReadArray(type, nesting: 1));
        }

        _reader.Expect(" ");
        return type != GgufValueType.Array ? ReadScalar(type) : throw _reader.Error("an array must give its element type and count: 'int32[3]'.");
    }

    private GgufValueType ReadTypeName()
    {
        string name = _reader.ReadWord();
        return GgufText.FindType(name) ?? throw _reader.Error("there is no value type " + GgufText.Shown(name) + ".");
    }

    /// <summary>Reads an array after its element type.</summary>
    private GgufArray ReadArray(GgufValueType elementType, int nesting)
    {
        if (nesting > GgufLimits.MaxNesting)
        {
            throw _reader.Error("arrays are nested too deep.");
        }

        _reader.Expect("[");
        long count = _reader.ReadNumber(0, GgufLimits.MaxHeaderBytes);
        _reader.Expect("] ");
        List<GgufValue> elements = [];
        if (count <= GgufArray.MaxKeptElements)
        {
            _reader.Expect("(");
            for (long i = 0; i < count; i++)
            {
                if (i > 0)
                {
                    _reader.Expect(" ");
                }

                elements.Add(elementType == GgufValueType.Array
                    ? new GgufValue(elementType, Array: ReadArray(ReadTypeName(), nesting + 1))
                    : ReadScalar(elementType));
            }

            _reader.Expect(") ");
        }

        return new GgufArray(elementType, count, _reader.ReadHash(), elements.ToEquatableArray());
    }

    private GgufValue ReadScalar(GgufValueType type)
    {
        switch (type)
        {
            case GgufValueType.String:
                return ReadString();
            case GgufValueType.Bool:
                string word = _reader.ReadWord();
                return word is "true" or "false" ? new GgufValue(type, Integer: word == "true" ? 1 : 0) : throw _reader.NotA(type, word);
            case GgufValueType.Float32:
                string single = _reader.ReadWord();
                return GgufText.TryParseSingle(single, out double singleValue)
                    ? new GgufValue(type, Real: singleValue)
                    : throw _reader.NotA(type, single);
            case GgufValueType.Float64:
                string real = _reader.ReadWord();
                return GgufText.TryParseDouble(real, out double doubleValue)
                    ? new GgufValue(type, Real: doubleValue)
                    : throw _reader.NotA(type, real);
            case GgufValueType.UInt64:
                return new GgufValue(type, Integer: unchecked((long)_reader.ReadMagnitude(ulong.MaxValue)));
            default:
                (long minimum, long maximum) = Range(type);
                return new GgufValue(type, Integer: _reader.ReadNumber(minimum, maximum));
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
        if (_reader.Peek() == '"')
        {
            return new GgufValue(GgufValueType.String, Text: _reader.ReadQuoted());
        }

        long length = _reader.ReadNumber(GgufValue.MaxKeptTextBytes + 1, GgufLimits.MaxHeaderBytes);
        _reader.Expect(" ");
        GgufArray known = new(GgufValueType.UInt8, length, _reader.ReadHash(), EquatableArray<GgufValue>.Empty);
        return new GgufValue(GgufValueType.String, Array: known);
    }
}
