using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>Packed files without weights: a header page and a vocabulary, with checksums that can be made right again.</summary>
internal static unsafe class PackedBytes
{
    private const int ChecksumOffset = PackedFileHeader.PageSize - sizeof(ulong);

    /// <summary>The file of a vocabulary.</summary>
    public static byte[] Create(VocabularyContent content)
    {
        byte[] vocabulary = VocabularyWriter.Write(content);
        byte[] file = new byte[PackedFileHeader.PageSize + vocabulary.Length];
        vocabulary.CopyTo(file, PackedFileHeader.PageSize);
        fixed (byte* start = file)
        {
            byte* section = start + PackedFileHeader.PageSize;
            new PackedFileHeader
            {
                LayoutVersion = 1,
                HeaderHash = new string('1', 64),
                ShapeHash = new string('2', 64),
                ModelName = "fuzzed",
                FileLength = file.Length,
                Vocabulary = new(PackedFileHeader.PageSize, vocabulary.Length, SectionChecksum.Of(section, vocabulary.Length)),
                Weights = new(PackedFileHeader.PageSize, 0, SectionChecksum.Of(section, 0)),
            }.Write(start);
        }

        return file;
    }

    /// <summary>Makes the checksums right, whatever they are of.</summary>
    public static void Repair(byte[] file)
    {
        if (file.Length < PackedFileHeader.PageSize)
        {
            return;
        }

        fixed (byte* start = file)
        {
            RepairHeader(start);
            try
            {
                PackedFileHeader header = PackedFileHeader.Read(start, file.Length, "the file");
                (header with
                {
                    Vocabulary = header.Vocabulary with { Checksum = SectionChecksum.Of(start + header.Vocabulary.Offset, header.Vocabulary.Length) },
                }).Write(start);
            }
            catch (ModelGenException)
            {
                // There is no section to be right about.
            }
        }
    }

    private static void RepairHeader(byte* page) => *(ulong*)(page + ChecksumOffset) = XxHash64.Hash(page, ChecksumOffset);
}
