using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

using ModelGen.Collections;

namespace ModelGen.Gguf;

/// <summary>
/// Reads the header of a GGUF file: magic, counts, metadata and tensor table. The weights are never touched, and long arrays pass
/// through a hash without being held, so neither time nor memory depends on the model's size.
/// </summary>
internal sealed class GgufHeaderReader
{
    private const string Magic = "GGUF";

    // Length (8), type (4) and at least one byte of value.
    private const int MinMetadataBytes = 13;

    // Name length (8), dimension count (4), one dimension (8), type (4), offset (8).
    private const int MinTensorBytes = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly GgufByteReader _reader;
    private readonly string _displayName;
    private readonly Dictionary<string, long> _arrayPositions = new(StringComparer.Ordinal);
    private long _keptBytes;

    private GgufHeaderReader(GgufByteReader reader, string displayName)
    {
        _reader = reader;
        _displayName = displayName;
    }

    /// <summary>Reads the header of the model at <paramref name="path"/>: of a file, or of all parts where it is the first part of a split model.</summary>
    /// <exception cref="ModelGenException">There is no such file, it or another part cannot be read, or is not a valid GGUF file.</exception>
    public static GgufFile ReadFile(string path) => GgufSplit.Join(ReadPart(path), ReadPart);

    /// <summary>Reads the header of the file at <paramref name="path"/> by itself: the first part of a split model has all metadata.</summary>
    /// <exception cref="ModelGenException">There is no such file, it cannot be read, or it is not a valid GGUF file.</exception>
    public static GgufFile ReadPart(string path)
    {
        using FileStream stream = GgufFile.Open(path);
        return Read(stream, Path.GetFileName(path), path);
    }

    /// <summary>Whether a stream goes on with what GGUF files start with.</summary>
    /// <param name="stream">The stream; some bytes are taken from it.</param>
    public static bool StartsAsGguf(Stream stream)
    {
        foreach (char expected in Magic)
        {
            if (stream.ReadByte() != expected)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the header of the GGUF file that <paramref name="stream"/> holds from its first byte.</summary>
    /// <param name="stream">A seekable stream; it must stay open as long as arrays are read from the result.</param>
    /// <param name="displayName">What messages call the file.</param>
    /// <exception cref="ModelGenException">The stream cannot be read or does not hold a valid GGUF file.</exception>
    public static GgufFile Read(Stream stream, string displayName) => Read(stream, displayName, path: null);

    private static GgufFile Read(Stream stream, string displayName, string? path)
    {
        try
        {
            using GgufByteReader bytes = new(stream, displayName, start: 0);
            GgufHeaderReader reader = new(bytes, displayName);
            GgufHeader header = reader.ReadHeader();
            return new GgufFile(displayName, path, path is null ? stream : null, header, reader._arrayPositions);
        }
        catch (IOException error)
        {
            throw GgufFile.CannotRead(displayName, error);
        }
    }

    private GgufHeader ReadHeader()
    {
        GgufByteReader.RunningHash hash = _reader.StartHash();
        ReadMagic();
        int version = ReadVersion();
        int tensorCount = ReadHeaderCount(MinTensorBytes, GgufLimits.MaxTensorCount, "tensors");
        int metadataCount = ReadHeaderCount(MinMetadataBytes, GgufLimits.MaxMetadataCount, "metadata keys");

        GgufMetadata[] metadata = ReadMetadata(metadataCount);
        int alignment = FindAlignment(metadata);
        GgufTensor[] tensors = ReadTensors(tensorCount);

        string headerHash = _reader.EndHash(hash);
        long dataOffset = (_reader.Position + alignment - 1) / alignment * alignment;
        foreach (GgufTensor tensor in tensors)
        {
            if (GgufRules.CheckTensor(tensor, alignment, dataOffset, _reader.Length) is { } problem)
            {
                _reader.Subject = "tensor " + GgufText.Shown(tensor.Name);
                throw _reader.Error(problem);
            }
        }

        if (GgufRules.CheckOverlaps(tensors) is { } overlap)
        {
            _reader.Subject = "tensor " + GgufText.Shown(overlap.Tensor.Name);
            throw _reader.Error(overlap.Problem);
        }

        return new GgufHeader(
            version, _reader.Length, alignment, dataOffset, headerHash, metadata.ToEquatableArray(), tensors.ToEquatableArray());
    }

    private void ReadMagic()
    {
        if (_reader.Length < Magic.Length)
        {
            throw NotGguf("it has only " + _reader.Length.ToString(CultureInfo.InvariantCulture) + " bytes. Download or convert it again.");
        }

        byte[] magic = _reader.ReadBytes(Magic.Length);
        string text = Encoding.ASCII.GetString(magic);
        if (text != Magic)
        {
            bool isPrintable = Array.TrueForAll(magic, value => value is >= 0x20 and < 0x7f);
            string shown = isPrintable ? "\"" + text + "\"" : "the bytes " + BitConverter.ToString(magic).Replace("-", " ");
            string mend = text switch
            {
                // The first word of a Git LFS pointer: "version https://git-lfs.github.com/spec/v1".
                "vers" => " If it is a Git LFS pointer, fetch the file itself with \"git lfs pull\".",
                "lmgg" or "fmgg" or "tjgg" => " It is in ggml's older format: convert the model to GGUF again.",
                "<!DO" or "<!do" or "<htm" or "<HTM" => " It is a web page: download the file itself.",
                _ => string.Empty,
            };
            throw NotGguf("it starts with " + shown + ", not with \"GGUF\"." + mend);
        }
    }

    private ModelGenException NotGguf(string reason) => new(_displayName + " is not a GGUF file: " + reason);

    private int ReadVersion()
    {
        uint version = _reader.ReadUInt32();
        if (version is 2 or 3)
        {
            return (int)version;
        }

        if (version == 1)
        {
            throw new ModelGenException(
                _displayName + " is GGUF version 1, which is no longer read: convert the model again with current tools.");
        }

        // The magic is four characters in either byte order; a big-endian version has its value in the last byte.
        if ((version & 0xFFFF) == 0 && version != 0)
        {
            throw new ModelGenException(_displayName + " is a big-endian GGUF file: convert it to little-endian.");
        }

        throw new ModelGenException(
            _displayName + " is GGUF version " + version.ToString(CultureInfo.InvariantCulture)
            + ", but versions 2 and 3 are read: convert the model for one of these, or update ModelGen.");
    }

    private int ReadHeaderCount(int itemBytes, int limit, string things)
    {
        _reader.Subject = "the header";
        long count = _reader.ReadCount(itemBytes, things);
        return count <= limit ? (int)count : throw _reader.Error($"claims {count} {things}; more than {limit} are not read.");
    }

    private GgufMetadata[] ReadMetadata(int count)
    {
        GgufMetadata[] metadata = new GgufMetadata[count];
        HashSet<string> keys = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            _reader.Subject = "metadata key " + (i + 1).ToString(CultureInfo.InvariantCulture);
            string key = ReadName(GgufLimits.MaxKeyBytes, "key");
            _reader.Subject = "metadata key " + GgufText.Shown(key);
            if (!keys.Add(key))
            {
                throw _reader.Error($"is there twice. Remove one, or convert the model again.");
            }

            GgufValueType type = ReadType();
            long arrayPosition = _reader.Position + sizeof(uint) + sizeof(ulong);
            metadata[i] = new GgufMetadata(key, ReadValue(type, nesting: 0));
            if (type == GgufValueType.Array)
            {
                _arrayPositions.Add(key, arrayPosition);
            }
        }

        return metadata;
    }

    private int FindAlignment(GgufMetadata[] metadata)
    {
        GgufMetadata? entry = Array.Find(metadata, entry => entry.Key == GgufRules.AlignmentKey);
        if (GgufRules.CheckAlignment(entry?.Value, out int alignment) is { } problem)
        {
            _reader.Subject = "metadata key " + GgufText.Shown(GgufRules.AlignmentKey);
            throw _reader.Error(problem);
        }

        return alignment;
    }

    private GgufTensor[] ReadTensors(int count)
    {
        GgufTensor[] tensors = new GgufTensor[count];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            _reader.Subject = "tensor " + (i + 1).ToString(CultureInfo.InvariantCulture);
            string name = ReadName(GgufLimits.MaxTensorNameBytes, "name");
            _reader.Subject = "tensor " + GgufText.Shown(name);
            if (!names.Add(name))
            {
                throw _reader.Error($"is there twice. Convert the model again.");
            }

            uint dimensions = _reader.ReadUInt32();
            if (dimensions is 0 or > GgufLimits.MaxDimensions)
            {
                throw _reader.Error($"has {dimensions} dimensions, but tensors have 1 to {GgufLimits.MaxDimensions}.");
            }

            long[] shape = new long[dimensions];
            for (int d = 0; d < shape.Length; d++)
            {
                shape[d] = ReadInt63("a dimension");
            }

            int typeId = unchecked((int)_reader.ReadUInt32());
            tensors[i] = new GgufTensor(name, typeId, shape.ToEquatableArray(), ReadInt63("an offset"));
        }

        return tensors;
    }

    private long ReadInt63(string thing)
    {
        ulong value = _reader.ReadUInt64();
        return value <= long.MaxValue ? (long)value : throw _reader.Error($"has {thing} of {value}, which is beyond 63 bits.");
    }

    private string ReadName(int limit, string thing)
    {
        long length = _reader.ReadCount(itemBytes: 1, "bytes of " + thing);
        if (length == 0 || length > limit)
        {
            throw _reader.Error($"has a {thing} of {length} bytes, but a {thing} has 1 to {limit}.");
        }

        Keep(length);
        byte[] bytes = _reader.ReadBytes((int)length);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw _reader.Error($"has a {thing} that is not valid UTF-8.");
        }
    }

    private GgufValueType ReadType()
    {
        uint id = _reader.ReadUInt32();
        return id <= (uint)GgufValueType.Float64
            ? (GgufValueType)id
            : throw _reader.Error($"has value type {id}, which GGUF does not define. The file is damaged.");
    }

    private GgufValue ReadValue(GgufValueType type, int nesting) => type switch
    {
        GgufValueType.Float32 => new GgufValue(type, Real: _reader.ReadSingle()),
        GgufValueType.Float64 => new GgufValue(type, Real: _reader.ReadDouble()),
        GgufValueType.String => ReadString(),
        GgufValueType.Array => new GgufValue(type, Array: ReadArray(nesting)),
        _ => new GgufValue(type, Integer: ReadInteger(_reader, type)),
    };

    /// <summary>Reads an integer of any width, or a bool as 0 or 1; UInt64 above Int64.MaxValue is given by its bits.</summary>
    internal static long ReadInteger(GgufByteReader reader, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => reader.ReadByte(),
        GgufValueType.Int8 => unchecked((sbyte)reader.ReadByte()),
        GgufValueType.UInt16 => reader.ReadUInt16(),
        GgufValueType.Int16 => unchecked((short)reader.ReadUInt16()),
        GgufValueType.UInt32 => reader.ReadUInt32(),
        GgufValueType.Int32 => unchecked((int)reader.ReadUInt32()),
        GgufValueType.UInt64 or GgufValueType.Int64 => unchecked((long)reader.ReadUInt64()),
        GgufValueType.Bool => reader.ReadBool() ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private GgufValue ReadString()
    {
        long length = _reader.ReadCount(itemBytes: 1, "bytes of text");
        if (length > GgufValue.MaxKeptTextBytes)
        {
            GgufByteReader.RunningHash hash = _reader.StartHash();
            _reader.Skip(length);
            GgufArray known = new(GgufValueType.UInt8, length, _reader.EndHash(hash), EquatableArray<GgufValue>.Empty);
            return new GgufValue(GgufValueType.String, Array: known);
        }

        Keep(length);
        return new GgufValue(GgufValueType.String, Text: Encoding.UTF8.GetString(_reader.ReadBytes((int)length)));
    }

    private GgufArray ReadArray(int nesting)
    {
        (GgufValueType type, long count) = ReadArrayStart(nesting);
        GgufByteReader.RunningHash hash = _reader.StartHash();
        GgufValue[] elements = [];
        if (count > GgufArray.MaxKeptElements)
        {
            SkipElements(type, count, nesting);
        }
        else
        {
            Keep(count * GgufLimits.KeptElementBytes);
            elements = new GgufValue[count];
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = ReadValue(type, nesting + 1);
            }
        }

        return new GgufArray(type, count, _reader.EndHash(hash), elements.ToEquatableArray());
    }

    private (GgufValueType Type, long Count) ReadArrayStart(int nesting)
    {
        if (nesting >= GgufLimits.MaxNesting)
        {
            throw _reader.Error($"has arrays nested more than {GgufLimits.MaxNesting} deep, which is not read.");
        }

        GgufValueType type = ReadType();
        return (type, _reader.ReadCount(MinBytes(type), "array elements"));
    }

    /// <summary>Passes over elements as strictly as they would be read, but holds none.</summary>
    private void SkipElements(GgufValueType type, long count, int nesting)
    {
        switch (type)
        {
            case GgufValueType.Bool:
                for (long i = 0; i < count; i++)
                {
                    _reader.ReadBool();
                }

                break;
            case GgufValueType.String:
                for (long i = 0; i < count; i++)
                {
                    _reader.Skip(_reader.ReadCount(itemBytes: 1, "bytes of text"));
                }

                break;
            case GgufValueType.Array:
                for (long i = 0; i < count; i++)
                {
                    (GgufValueType inner, long innerCount) = ReadArrayStart(nesting + 1);
                    SkipElements(inner, innerCount, nesting + 1);
                }

                break;
            default:
                _reader.Skip(count * MinBytes(type));
                break;
        }
    }

    /// <summary>Bytes of a value; of a string its length, of an array its element type and count.</summary>
    internal static int MinBytes(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.Array => sizeof(uint) + sizeof(ulong),
        _ => 8,
    };

    private void Keep(long bytes)
    {
        _keptBytes += bytes;
        if (_keptBytes > GgufLimits.MaxKeptBytes)
        {
            const long MebiBytes = GgufLimits.MaxKeptBytes >> 20;
            throw _reader.Error($"does not fit: names and values beside long arrays have more than {MebiBytes} MiB, which is not read.");
        }
    }
}
