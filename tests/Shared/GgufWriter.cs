using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelGen.Tests.Shared;

/// <summary>
/// Writes GGUF files for tests: any metadata, any tensors, in the order of the calls. It checks nothing, so that it can also
/// write what readers must refuse.
/// </summary>
/// <example><code>
/// byte[] file = new GgufWriter()
///     .AddString("general.architecture", "llama")
///     .AddUInt32("llama.block_count", 1)
///     .AddTensor("output_norm.weight", [4], [1f, 1f, 1f, 1f])
///     .ToArray();
/// </code></example>
internal sealed class GgufWriter(int version = 3, int alignment = GgufWriter.DefaultAlignment)
{
    public const int DefaultAlignment = 32;

    private readonly MemoryStream _metadata = new();
    private readonly List<Tensor> _tensors = [];
    private int _metadataCount;

    /// <summary>Value types by the ids of the GGUF specification.</summary>
    public enum ValueType
    {
        UInt8 = 0,
        Int8 = 1,
        UInt16 = 2,
        Int16 = 3,
        UInt32 = 4,
        Int32 = 5,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9,
        UInt64 = 10,
        Int64 = 11,
        Float64 = 12,
    }

    public GgufWriter AddUInt8(string key, byte value) => Add(key, ValueType.UInt8, writer => writer.Write(value));

    public GgufWriter AddInt8(string key, sbyte value) => Add(key, ValueType.Int8, writer => writer.Write(value));

    public GgufWriter AddUInt16(string key, ushort value) => Add(key, ValueType.UInt16, writer => writer.Write(value));

    public GgufWriter AddInt16(string key, short value) => Add(key, ValueType.Int16, writer => writer.Write(value));

    public GgufWriter AddUInt32(string key, uint value) => Add(key, ValueType.UInt32, writer => writer.Write(value));

    public GgufWriter AddInt32(string key, int value) => Add(key, ValueType.Int32, writer => writer.Write(value));

    public GgufWriter AddUInt64(string key, ulong value) => Add(key, ValueType.UInt64, writer => writer.Write(value));

    public GgufWriter AddInt64(string key, long value) => Add(key, ValueType.Int64, writer => writer.Write(value));

    public GgufWriter AddFloat32(string key, float value) => Add(key, ValueType.Float32, writer => writer.Write(value));

    public GgufWriter AddFloat64(string key, double value) => Add(key, ValueType.Float64, writer => writer.Write(value));

    public GgufWriter AddBool(string key, bool value) => Add(key, ValueType.Bool, writer => writer.Write(value));

    public GgufWriter AddString(string key, string value) => AddString(key, Encoding.UTF8.GetBytes(value));

    public GgufWriter AddString(string key, byte[] utf8) => Add(key, ValueType.String, writer => WriteString(writer, utf8));

    public GgufWriter AddStrings(string key, params IEnumerable<string> values) =>
        AddStrings(key, values.Select(Encoding.UTF8.GetBytes));

    /// <summary>Strings as bytes: entries of a vocabulary need not be UTF-8.</summary>
    public GgufWriter AddStrings(string key, IEnumerable<byte[]> values) => AddArray(key, ValueType.String, values, WriteString);

    public GgufWriter AddFloats(string key, params IEnumerable<float> values) =>
        AddArray(key, ValueType.Float32, values, (writer, value) => writer.Write(value));

    public GgufWriter AddInt32s(string key, params IEnumerable<int> values) =>
        AddArray(key, ValueType.Int32, values, (writer, value) => writer.Write(value));

    /// <summary>An array of any element type, its elements written one by one.</summary>
    public GgufWriter AddBools(string key, params IEnumerable<bool> values) =>
        AddArray(key, ValueType.Bool, values, (writer, value) => writer.Write(value));

    public GgufWriter AddArray<T>(string key, ValueType elementType, IEnumerable<T> values, Action<BinaryWriter, T> writeElement) =>
        Add(key, ValueType.Array, writer => WriteArray(writer, elementType, values, writeElement));

    /// <summary>A value of any type, or of none that GGUF has, from the bytes after its type.</summary>
    public GgufWriter AddRaw(string key, uint typeId, byte[] value) => Add(key, (ValueType)typeId, writer => writer.Write(value));

    /// <summary>A float32 tensor.</summary>
    /// <param name="name">Tensor name.</param>
    /// <param name="shape">Dimensions, fastest first: [columns, rows].</param>
    /// <param name="values">The elements.</param>
    public GgufWriter AddTensor(string name, long[] shape, float[] values)
    {
        const int Float32 = 0;
        return AddTensor(name, Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    /// <summary>A tensor of any ggml type.</summary>
    /// <param name="name">Tensor name.</param>
    /// <param name="typeId">ggml type id.</param>
    /// <param name="shape">Dimensions, fastest first: [columns, rows].</param>
    /// <param name="data">The tensor's bytes as they lie in the file.</param>
    /// <param name="offset">The offset that the table claims, where it is not to be the true one.</param>
    public GgufWriter AddTensor(string name, int typeId, long[] shape, byte[] data, long? offset = null)
    {
        _tensors.Add(new Tensor(Encoding.UTF8.GetBytes(name), typeId, shape, data, offset));
        return this;
    }

    /// <summary>The bytes from the magic to the end of the tensor table, without padding.</summary>
    public byte[] HeaderBytes()
    {
        MemoryStream header = new();
        using BinaryWriter writer = new(header);
        bool declaresAlignment = alignment != DefaultAlignment;
        writer.Write("GGUF"u8);
        writer.Write(version);
        writer.Write((long)_tensors.Count);
        writer.Write((long)_metadataCount + (declaresAlignment ? 1 : 0));
        if (declaresAlignment)
        {
            WriteString(writer, "general.alignment"u8.ToArray());
            writer.Write((int)ValueType.UInt32);
            writer.Write(alignment);
        }

        writer.Write(_metadata.ToArray());
        long offset = 0;
        foreach (Tensor tensor in _tensors)
        {
            WriteString(writer, tensor.Name);
            writer.Write(tensor.Shape.Length);
            foreach (long dimension in tensor.Shape)
            {
                writer.Write(dimension);
            }

            writer.Write(tensor.TypeId);
            writer.Write(tensor.Offset ?? offset);
            offset = Align(offset + tensor.Data.Length);
        }

        writer.Flush();
        return header.ToArray();
    }

    /// <summary>The whole file.</summary>
    public byte[] ToArray()
    {
        MemoryStream file = new();
        file.Write(HeaderBytes());
        foreach (Tensor tensor in _tensors)
        {
            file.SetLength(Align(file.Length));
            file.Position = file.Length;
            file.Write(tensor.Data);
        }

        return file.ToArray();
    }

    /// <summary>Writes the whole file to <paramref name="path"/>.</summary>
    public void Save(string path) => File.WriteAllBytes(path, ToArray());

    public static void WriteString(BinaryWriter writer, byte[] utf8)
    {
        writer.Write((long)utf8.Length);
        writer.Write(utf8);
    }

    public static void WriteArray<T>(BinaryWriter writer, ValueType elementType, IEnumerable<T> values, Action<BinaryWriter, T> writeElement)
    {
        T[] elements = values.ToArray();
        writer.Write((int)elementType);
        writer.Write((long)elements.Length);
        foreach (T element in elements)
        {
            writeElement(writer, element);
        }
    }

    private GgufWriter Add(string key, ValueType type, Action<BinaryWriter> writeValue)
    {
        using BinaryWriter writer = new(_metadata, Encoding.UTF8, leaveOpen: true);
        WriteString(writer, Encoding.UTF8.GetBytes(key));
        writer.Write((int)type);
        writeValue(writer);
        _metadataCount++;
        return this;
    }

    // Alignments that readers must refuse, 0 among them, still need some place for the data.
    private long Align(long position)
    {
        long step = alignment > 0 ? alignment : 1;
        return (position + step - 1) / step * step;
    }

    private sealed record Tensor(byte[] Name, int TypeId, long[] Shape, byte[] Data, long? Offset);
}
