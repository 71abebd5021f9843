using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ModelGen.Vocabularies;

/// <summary>Lays the tables of a vocabulary one behind the other and notes their places in the header.</summary>
internal sealed unsafe class SectionBuilder
{
    private const int Alignment = 8;

    private readonly MemoryStream _stream = new();
    private readonly (long Offset, long Count)[] _places = new (long, long)[VocabularySection.TableCount];

    public SectionBuilder() => PadTo(VocabularySection.HeaderLength);

    /// <summary>Adds a table.</summary>
    public void Add<T>(VocabularyTable table, T[] elements)
        where T : unmanaged
    {
        Begin(table, elements.Length);
        byte[] bytes = new byte[checked(elements.Length * sizeof(T))];
        fixed (T* source = elements)
        {
            fixed (byte* target = bytes)
            {
                Buffer.MemoryCopy(source, target, bytes.Length, bytes.Length);
            }
        }

        _stream.Write(bytes, 0, bytes.Length);
    }

    /// <summary>Adds the texts, and the tokenizer's name behind them.</summary>
    public void AddTexts(List<byte[]> texts, byte[] name)
    {
        long length = texts.Sum(text => (long)text.Length);
        if (length > int.MaxValue / 2)
        {
            throw new ModelGenException(
                $"The vocabulary's texts are {length} bytes long, too long to pack; the GGUF file is damaged or not a language model.");
        }

        Begin(VocabularyTable.Texts, length);
        foreach (byte[] text in texts)
        {
            _stream.Write(text, 0, text.Length);
        }

        _stream.Write(name, 0, name.Length);
    }

    /// <summary>The section, but for the header's fields.</summary>
    public byte[] ToArray()
    {
        PadTo((_stream.Length + Alignment - 1) / Alignment * Alignment);
        byte[] section = _stream.ToArray();
        fixed (byte* first = section)
        {
            for (int table = 0; table < _places.Length; table++)
            {
                long* place = (long*)(first + VocabularySection.TablesOffset + table * VocabularySection.TableEntryBytes);
                place[0] = _places[table].Offset;
                place[1] = _places[table].Count;
            }
        }

        return section;
    }

    private void Begin(VocabularyTable table, long count)
    {
        PadTo((_stream.Length + Alignment - 1) / Alignment * Alignment);
        _places[(int)table] = (_stream.Length, count);
    }

    private void PadTo(long length)
    {
        while (_stream.Length < length)
        {
            _stream.WriteByte(0);
        }
    }
}
