using System;
using System.Text;

namespace ModelGen.Packing;

/// <summary>
/// The first page of a packed file (docs/weights-format.md): who it was packed for and where its two sections lie. Little-endian.
/// </summary>
internal sealed unsafe record PackedFileHeader
{
    /// <summary>Sections start on pages, so that they can be mapped.</summary>
    public const int PageSize = 4096;

    /// <summary>Bytes that a packed file is known by.</summary>
    public const int MagicBytes = sizeof(ulong);

    // "MGPACKED" read as a little-endian number.
    private const ulong Magic = 0x44454B434150474D;
    private const int HashBytes = 32;
    private const int MaxNameBytes = 1024;

    private const int VersionOffset = 8;
    private const int HeaderHashOffset = 16;
    private const int ShapeHashOffset = HeaderHashOffset + HashBytes;
    private const int FileLengthOffset = ShapeHashOffset + HashBytes;
    private const int VocabularyOffset = FileLengthOffset + 8;
    private const int WeightsOffset = VocabularyOffset + SectionBytes;
    private const int NameOffset = WeightsOffset + SectionBytes;
    private const int ChecksumOffset = PageSize - 8;
    private const int SectionBytes = 24;

    /// <summary>Layout version that the weights are packed with.</summary>
    public int LayoutVersion { get; init; }

    /// <summary>SHA-256 of the GGUF header, 64 hexadecimal digits: which model this is.</summary>
    public string HeaderHash { get; init; } = "";

    /// <summary>What compiled code depends on, 64 hexadecimal digits: equal for a fine-tune of the same shapes.</summary>
    public string ShapeHash { get; init; } = "";

    /// <summary>general.name, for people.</summary>
    public string ModelName { get; init; } = "";

    public long FileLength { get; init; }

    public PackedSection Vocabulary { get; init; }

    public PackedSection Weights { get; init; }

    /// <summary>The next offset at which a section may start.</summary>
    public static long PageAlign(long offset) => checked(offset + PageSize - 1) / PageSize * PageSize;

    /// <summary>Writes the page.</summary>
    /// <param name="page">Receives PageSize bytes.</param>
    public void Write(byte* page)
    {
        for (int i = 0; i < PageSize; i++)
        {
            page[i] = 0;
        }

        *(ulong*)page = Magic;
        *(int*)(page + VersionOffset) = LayoutVersion;
        WriteHash(HeaderHash, page + HeaderHashOffset);
        WriteHash(ShapeHash, page + ShapeHashOffset);
        *(long*)(page + FileLengthOffset) = FileLength;
        WriteSection(Vocabulary, page + VocabularyOffset);
        WriteSection(Weights, page + WeightsOffset);
        byte[] name = Encoding.UTF8.GetBytes(ModelName);
        int nameBytes = Math.Min(name.Length, MaxNameBytes);
        *(int*)(page + NameOffset) = nameBytes;
        for (int i = 0; i < nameBytes; i++)
        {
            page[NameOffset + sizeof(int) + i] = name[i];
        }

        *(ulong*)(page + ChecksumOffset) = XxHash64.Hash(page, ChecksumOffset);
    }

    /// <summary>True where <paramref name="page"/>, of at least eight bytes, starts like a packed file.</summary>
    public static bool HasMagic(byte* page) => *(ulong*)page == Magic;

    /// <summary>True where bytes, as many as <see cref="MagicBytes"/> at least, start like a packed file.</summary>
    public static bool HasMagic(byte[] start) => BitConverter.ToUInt64(start, 0) == Magic;

    /// <summary>Reads the page and checks that both sections lie inside the file.</summary>
    /// <param name="page">PageSize bytes.</param>
    /// <param name="length">Length of the file that the page was read from.</param>
    /// <param name="displayName">What messages call the file.</param>
    /// <exception cref="ModelGenException">The page is damaged, or the file is cut off.</exception>
    public static PackedFileHeader Read(byte* page, long length, string displayName)
    {
        if (!HasMagic(page))
        {
            throw new ModelGenException($"{displayName} is not a file of packed weights: it does not start with MGPACKED.");
        }

        if (*(ulong*)(page + ChecksumOffset) != XxHash64.Hash(page, ChecksumOffset))
        {
            throw new ModelGenException($"{displayName} is damaged: its header does not match its checksum. Build the project again to pack it anew.");
        }

        int nameBytes = *(int*)(page + NameOffset);
        var header = new PackedFileHeader
        {
            LayoutVersion = *(int*)(page + VersionOffset),
            HeaderHash = ReadHash(page + HeaderHashOffset),
            ShapeHash = ReadHash(page + ShapeHashOffset),
            FileLength = *(long*)(page + FileLengthOffset),
            Vocabulary = ReadSection(page + VocabularyOffset),
            Weights = ReadSection(page + WeightsOffset),
            ModelName = nameBytes is >= 0 and <= MaxNameBytes ? Encoding.UTF8.GetString(page + NameOffset + sizeof(int), nameBytes) : "",
        };
        if (header.FileLength != length)
        {
            throw new ModelGenException(
                $"{displayName} has {length} bytes where its header says {header.FileLength}: it was cut off. Build the project again to pack it anew.");
        }

        if (!header.Vocabulary.IsInside(length) || !header.Weights.IsInside(length))
        {
            throw new ModelGenException($"{displayName} is damaged: a section lies outside the file. Build the project again to pack it anew.");
        }

        return header;
    }

    private static void WriteSection(PackedSection section, byte* target)
    {
        *(long*)target = section.Offset;
        *(long*)(target + 8) = section.Length;
        *(ulong*)(target + 16) = section.Checksum;
    }

    private static PackedSection ReadSection(byte* source) => new(*(long*)source, *(long*)(source + 8), *(ulong*)(source + 16));

    private static void WriteHash(string hexadecimal, byte* target)
    {
        for (int i = 0; i < HashBytes; i++)
        {
            target[i] = Convert.ToByte(hexadecimal.Substring(2 * i, 2), 16);
        }
    }

    private static string ReadHash(byte* source)
    {
        var bytes = new byte[HashBytes];
        for (int i = 0; i < HashBytes; i++)
        {
            bytes[i] = source[i];
        }

        return Gguf.Hexadecimal.Lower(bytes);
    }
}

/// <summary>A section of a packed file.</summary>
/// <param name="Offset">Bytes from the start of the file, a multiple of the page size.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">See <see cref="SectionChecksum"/>.</param>
internal readonly record struct PackedSection(long Offset, long Length, ulong Checksum)
{
    public bool IsInside(long fileLength) =>
        Offset >= PackedFileHeader.PageSize && Offset % PackedFileHeader.PageSize == 0 && Length >= 0 && Length <= fileLength && Offset <= fileLength - Length;
}
