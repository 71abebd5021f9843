using System;
using System.Collections.Concurrent;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>Packed files as the build makes them of GGUF files, and damaged ones.</summary>
internal static unsafe class PackedFiles
{
    private static readonly ConcurrentDictionary<string, byte[]> Packed = new(StringComparer.Ordinal);

    /// <summary>A copy of the packed file of a GGUF file.</summary>
    public static byte[] Pack(string ggufPath) => [.. Packed.GetOrAdd(ggufPath, Create)];

    /// <summary>The first page of a packed file, as a record.</summary>
    public static PackedFileHeader ReadHeader(byte[] file)
    {
        fixed (byte* page = file)
        {
            return PackedFileHeader.Read(page, file.Length, "the file");
        }
    }

    /// <summary>Replaces the first page, its checksum with it.</summary>
    public static void WriteHeader(byte[] file, PackedFileHeader header)
    {
        fixed (byte* page = file)
        {
            header.Write(page);
        }
    }

    /// <summary>Makes the checksum of the first page right, whatever the page says.</summary>
    public static void WriteHeaderChecksum(byte[] file)
    {
        const int Offset = PackedFileHeader.PageSize - sizeof(ulong);
        fixed (byte* page = file)
        {
            *(ulong*)(page + Offset) = XxHash64.Hash(page, Offset);
        }
    }

    /// <summary>Makes the checksum of the vocabulary right, whatever it says.</summary>
    public static void WriteVocabularyChecksum(byte[] file)
    {
        PackedFileHeader header = ReadHeader(file);
        PackedSection vocabulary = header.Vocabulary;
        fixed (byte* start = file)
        {
            ulong checksum = SectionChecksum.Of(start + vocabulary.Offset, vocabulary.Length);
            WriteHeader(file, header with { Vocabulary = vocabulary with { Checksum = checksum } });
        }
    }

    private static byte[] Create(string ggufPath)
    {
        PackedImage image = PackedImage.Create(GgufHeaderReader.ReadFile(ggufPath));
        byte[] packed = new byte[image.Length];
        fixed (byte* target = packed)
        {
            image.Write(target);
        }

        return packed;
    }
}
