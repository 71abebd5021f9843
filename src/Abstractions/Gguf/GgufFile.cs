using System;
using System.Collections.Generic;
using System.IO;

namespace ModelGen.Gguf;

/// <summary>A GGUF file, or all parts of a split one, whose header is known and whose arrays can be read back, as packing a vocabulary needs.</summary>
internal sealed class GgufFile
{
    private readonly Stream? _stream;
    private readonly Dictionary<string, long> _arrayPositions;

    /// <param name="displayName">What messages call the file.</param>
    /// <param name="path">Where the file lies; null where it is known as a stream only.</param>
    /// <param name="stream">The stream where <paramref name="path"/> is null.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="arrayPositions">Where the elements of each metadata array start, in bytes from the start of the file.</param>
    internal GgufFile(string displayName, string? path, Stream? stream, GgufHeader header, Dictionary<string, long> arrayPositions)
    {
        DisplayName = displayName;
        Path = path;
        Paths = path is null ? [] : [path];
        _stream = stream;
        Header = header;
        _arrayPositions = arrayPositions;
    }

    private GgufFile(GgufFile first, GgufHeader header, IReadOnlyList<string> paths)
        : this(first.DisplayName, first.Path, first._stream, header, first._arrayPositions) => Paths = paths;

    /// <summary>What messages call the file.</summary>
    public string DisplayName { get; }

    /// <summary>Where the file lies, of a split model its first part, which has the metadata; null where it is known as a stream only.</summary>
    public string? Path { get; }

    /// <summary>Where the files lie that have the model: <see cref="Path"/>, and of a split model the other parts in their order.</summary>
    public IReadOnlyList<string> Paths { get; }

    public GgufHeader Header { get; }

    /// <summary>Reads an array of strings as the bytes they are: entries of a vocabulary need not be UTF-8.</summary>
    /// <exception cref="ModelGenException">There is no such array, its elements are no strings, or the file has changed.</exception>
    public byte[][] ReadStrings(string key) => ReadArray(
        key,
        "strings",
        type => type == GgufValueType.String,
        (reader, _) => reader.ReadBytes((int)reader.ReadCount(itemBytes: 1, "bytes of text")));

    /// <summary>Reads an array of float32.</summary>
    /// <exception cref="ModelGenException">There is no such array, its elements are no float32, or the file has changed.</exception>
    public float[] ReadSingles(string key) => ReadArray(
        key,
        "float32",
        type => type == GgufValueType.Float32,
        (reader, _) => reader.ReadSingle());

    /// <summary>Reads an array of integers of any width whose values fit into 32 bits.</summary>
    /// <exception cref="ModelGenException">
    /// There is no such array, its elements are no integers or too large, or the file has changed.
    /// </exception>
    public int[] ReadIntegers(string key) => ReadArray(
        key,
        "integers",
        type => new GgufValue(type).IsInteger,
        (reader, type) =>
        {
            long value = GgufHeaderReader.ReadInteger(reader, type);
            bool isBeyondInt64 = type == GgufValueType.UInt64 && value < 0;
            return value == (int)value && !isBeyondInt64
                ? (int)value
                : throw reader.Error($"has the element {GgufText.Integer(type, value)}, which is beyond 32 bits.");
        });

    /// <summary>This file as the first of several.</summary>
    /// <param name="header">The header of all parts.</param>
    /// <param name="paths">Where they lie, this file first.</param>
    internal GgufFile Joined(GgufHeader header, IReadOnlyList<string> paths) => new(this, header, paths);

    /// <summary>Opens a file for reading; every failure to do so is a <see cref="ModelGenException"/>.</summary>
    internal static FileStream Open(string path)
    {
        FileStream? stream = null;
        try
        {
            // A buffer of one byte is none: the reader has its own.
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelGenException(path + " does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw CannotRead(path, error);
        }

        if (!stream.CanSeek)
        {
            stream.Dispose();
            throw new ModelGenException(path + " cannot be read: it is not a regular file.");
        }

        return stream;
    }

    internal static ModelGenException CannotRead(string name, Exception error) => new(name + " cannot be read: " + error.Message, error);

    private T[] ReadArray<T>(
        string key, string wanted, Func<GgufValueType, bool> isWanted, Func<GgufByteReader, GgufValueType, T> readElement)
    {
        string subject = "metadata key " + GgufText.Shown(key);
        if (!_arrayPositions.TryGetValue(key, out long position))
        {
            string problem = Header.Find(key) is null ? " is missing." : " is no array.";
            throw new ModelGenException(DisplayName + ": " + subject + problem);
        }

        GgufArray array = Header.Find(key)!.Array!;
        if (!isWanted(array.ElementType))
        {
            throw new ModelGenException(
                DisplayName + ": " + subject + " is an array of " + GgufText.NameOf(array.ElementType) + ", not of " + wanted + ".");
        }

        using FileStream? opened = Path is null ? null : Open(Path);
        try
        {
            using GgufByteReader reader = new(opened ?? _stream!, DisplayName, position) { Subject = subject };

            // The header's reader has bounded the count by the file's length; the file may have been replaced by a shorter one since.
            if (array.Count > reader.Remaining / GgufHeaderReader.MinBytes(array.ElementType))
            {
                throw Changed(reader);
            }

            GgufByteReader.RunningHash hash = reader.StartHash();
            T[] elements = new T[array.Count];
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = readElement(reader, array.ElementType);
            }

            return reader.EndHash(hash) == array.Hash ? elements : throw Changed(reader);
        }
        catch (IOException error)
        {
            throw CannotRead(DisplayName, error);
        }
    }

    private static ModelGenException Changed(GgufByteReader reader) =>
        reader.Error($"is not what the header said: the file was changed while it was in use. Start again.");
}
