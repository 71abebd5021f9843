using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace ModelGen.Tests.Shared;

/// <summary>Changes the header of a GGUF file and leaves its weights as they are: what other converters would have written of the same model.</summary>
/// <example><code>
/// byte[] file = GgufEdit.Of(model.ToArray()).Set(writer => writer.AddBool("llama.attention.causal", true)).ToArray();
/// </code></example>
internal sealed class GgufEdit
{
    private readonly List<(string Key, byte[] Entry)> _metadata = [];
    private readonly List<(byte[] Name, long[] Shape, byte[] TypeAndOffset)> _tensors = [];
    private readonly byte[] _data;

    private GgufEdit(
        List<(string Key, byte[] Entry)> metadata, List<(byte[] Name, long[] Shape, byte[] TypeAndOffset)> tensors, byte[] data)
    {
        _metadata = metadata;
        _tensors = tensors;
        _data = data;
    }

    private GgufEdit(byte[] file)
    {
        using BinaryReader reader = new(new MemoryStream(file));
        reader.BaseStream.Position = 8;
        long tensors = reader.ReadInt64();
        long keys = reader.ReadInt64();
        for (long i = 0; i < keys; i++)
        {
            long start = reader.BaseStream.Position;
            string key = Encoding.UTF8.GetString(ReadString(reader));
            Skip(reader, (GgufWriter.ValueType)reader.ReadInt32());
            _metadata.Add((key, file[(int)start..(int)reader.BaseStream.Position]));
        }

        for (long i = 0; i < tensors; i++)
        {
            byte[] name = ReadString(reader);
            long[] shape = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt64())];
            _tensors.Add((name, shape, reader.ReadBytes(sizeof(int) + sizeof(long))));
        }

        _data = file[Math.Min(file.Length, Align((int)reader.BaseStream.Position))..];
    }

    /// <summary>Names of the tensors.</summary>
    public IEnumerable<string> TensorNames => _tensors.Select(tensor => Encoding.UTF8.GetString(tensor.Name));

    /// <summary>Starts from a file of the usual alignment.</summary>
    public static GgufEdit Of(byte[] file) => new(file);

    /// <summary>Names of the metadata.</summary>
    public IEnumerable<string> Keys => _metadata.Select(entry => entry.Key);

    public bool Has(string key) => _metadata.Exists(entry => entry.Key == key);

    /// <summary>Adds the keys that <paramref name="write"/> writes, in place of those of the same name.</summary>
    public GgufEdit Set(Action<GgufWriter> write)
    {
        GgufWriter writer = new();
        write(writer);
        foreach ((string key, byte[] entry) in new GgufEdit(writer.ToArray())._metadata)
        {
            _metadata.RemoveAll(other => other.Key == key);
            _metadata.Add((key, entry));
        }

        return this;
    }

    public GgufEdit Remove(params string[] keys)
    {
        _metadata.RemoveAll(entry => keys.Contains(entry.Key));
        return this;
    }

    /// <summary>Gives tensors other shapes.</summary>
    public GgufEdit Reshape(Func<long[], long[]> shapeOf)
    {
        for (int i = 0; i < _tensors.Count; i++)
        {
            _tensors[i] = _tensors[i] with { Shape = shapeOf(_tensors[i].Shape) };
        }

        return this;
    }

    /// <summary>A file of some of the tensors and all metadata; the tensors' bytes stand in the order of their indices.</summary>
    public GgufEdit Take(IReadOnlyList<int> indices)
    {
        long[] starts = [.. _tensors.Select(tensor => BitConverter.ToInt64(tensor.TypeAndOffset, sizeof(int)))];
        MemoryStream data = new();
        List<(byte[] Name, long[] Shape, byte[] TypeAndOffset)> tensors = [];
        foreach (int index in indices)
        {
            data.SetLength(Align((int)data.Length));
            data.Position = data.Length;
            byte[] place = [.. _tensors[index].TypeAndOffset[..sizeof(int)], .. BitConverter.GetBytes(data.Length)];
            tensors.Add(_tensors[index] with { TypeAndOffset = place });
            data.Write(_data[(int)starts[index]..(int)starts.Where(start => start > starts[index]).DefaultIfEmpty(_data.Length).Min()]);
        }

        return new GgufEdit([.. _metadata], tensors, data.ToArray());
    }

    /// <summary>The whole file.</summary>
    public byte[] ToArray()
    {
        MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)_tensors.Count);
        writer.Write((long)_metadata.Count);
        foreach ((_, byte[] entry) in _metadata)
        {
            writer.Write(entry);
        }

        foreach ((byte[] name, long[] shape, byte[] typeAndOffset) in _tensors)
        {
            GgufWriter.WriteString(writer, name);
            writer.Write(shape.Length);
            Array.ForEach(shape, writer.Write);
            writer.Write(typeAndOffset);
        }

        writer.Write(new byte[Align((int)file.Length) - file.Length]);
        writer.Write(_data);
        return file.ToArray();
    }

    private static int Align(int position) => (position + GgufWriter.DefaultAlignment - 1) / GgufWriter.DefaultAlignment * GgufWriter.DefaultAlignment;

    private static byte[] ReadString(BinaryReader reader) => reader.ReadBytes((int)reader.ReadInt64());

    private static void Skip(BinaryReader reader, GgufWriter.ValueType type)
    {
        switch (type)
        {
            case GgufWriter.ValueType.String:
                ReadString(reader);
                break;
            case GgufWriter.ValueType.Array:
                GgufWriter.ValueType element = (GgufWriter.ValueType)reader.ReadInt32();
                for (long count = reader.ReadInt64(); count > 0; count--)
                {
                    Skip(reader, element);
                }

                break;
            default:
                reader.BaseStream.Position += type switch
                {
                    GgufWriter.ValueType.UInt8 or GgufWriter.ValueType.Int8 or GgufWriter.ValueType.Bool => 1,
                    GgufWriter.ValueType.UInt16 or GgufWriter.ValueType.Int16 => 2,
                    GgufWriter.ValueType.UInt64 or GgufWriter.ValueType.Int64 or GgufWriter.ValueType.Float64 => 8,
                    _ => 4,
                };
                break;
        }
    }
}
