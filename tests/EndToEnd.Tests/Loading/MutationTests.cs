using System;
using System.Buffers.Binary;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Packing;
using ModelGen.Vocabularies;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>
/// Damaged packed files whose checksums are right, so that nothing but the readers' own checks is between them and the damage: they are
/// read, or refused with the declared error. The seeds are fixed.
/// </summary>
public sealed unsafe class MutationTests
{
    private const int Headers = 200_000;
    private const int Vocabularies = 200_000;
    private const int Files = 2_000;

    private static readonly CompiledClass Compiled = ModelCompiler.Compile(TinyModels.Smallest);
    private static readonly byte[] Packed = PackedFiles.Pack(Compiled.Path);

    // Values that lie at the edges of what counts, offsets and ids may be.
    private static readonly long[] Edges =
    [
        0, 1, -1, 2, 7, 8, 63, 64, 127, 128, 4095, 4096, 4097, 8192, Packed.Length, Packed.Length - 1, int.MaxValue, int.MinValue, int.MaxValue - 7L,
        uint.MaxValue, long.MaxValue, long.MinValue, long.MaxValue - 4095, 1L << 32, 1L << 24, (1L << 24) + 1,
    ];

    [Fact]
    public void HeadersAreReadOrRefused()
    {
        Random random = new(1);
        byte[] page = new byte[PackedFileHeader.PageSize];
        int refused = 0;
        for (int i = 0; i < Headers; i++)
        {
            // The fields lie in the first bytes; the magic is left alone, or nothing else would be looked at.
            Packed.AsSpan(0, page.Length).CopyTo(page);
            Mutate(random, page.AsSpan(8, 200));
            PackedFiles.WriteHeaderChecksum(page);
            fixed (byte* start = page)
            {
                try
                {
                    PackedFileHeader header = PackedFileHeader.Read(start, Packed.Length, "the file");
                    CheckInside(header.Vocabulary);
                    CheckInside(header.Weights);
                }
                catch (ModelGenException)
                {
                    refused++;
                }
            }
        }

        // Most bytes are hashes and the name, in which anything goes.
        refused.ShouldBeInRange(Headers / 10, Headers * 9 / 10);
    }

    [Fact]
    public void VocabulariesAreReadOrRefused()
    {
        Random random = new(2);
        PackedSection section = PackedFiles.ReadHeader(Packed).Vocabulary;
        byte[] sound = Packed.AsSpan((int)section.Offset, (int)section.Length).ToArray();
        byte[] vocabulary = new byte[sound.Length];
        int refused = 0;
        for (int i = 0; i < Vocabularies; i++)
        {
            sound.CopyTo(vocabulary, 0);

            // Every other time in the header, which is a small part of it.
            Mutate(random, random.Next(2) == 0 ? vocabulary.AsSpan(8, VocabularySection.HeaderLength - 8) : vocabulary.AsSpan(8));
            try
            {
                Use(Tokenizer.Create(vocabulary));
            }
            catch (ModelGenException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(Vocabularies / 10, Vocabularies * 9 / 10);
    }

    [Fact]
    public void FilesLoadAndWorkOrAreRefused()
    {
        Random random = new(3);
        PackedSection vocabulary = PackedFiles.ReadHeader(Packed).Vocabulary;
        int refused = 0;
        for (int i = 0; i < Files; i++)
        {
            byte[] file = [.. Packed];
            if (random.Next(2) == 0)
            {
                Mutate(random, file.AsSpan(8, 200));
                PackedFiles.WriteHeaderChecksum(file);
            }
            else
            {
                Mutate(random, file.AsSpan((int)vocabulary.Offset, (int)vocabulary.Length));
                PackedFiles.WriteVocabularyChecksum(file);
            }

            string path = TemporaryFiles.Write("mutated.weights", file);
            try
            {
                using CompiledDecoder model = Compiled.Load(path, new LoadOptions { ThreadCount = 1 });
                using Session session = model.CreateSession();
                session.Evaluate([1, 2, 3, TinyModels.Smallest.Vocabulary - 1]);
                Use(model.Tokenizer);
            }
            catch (ModelGenException)
            {
                refused++;
            }
            finally
            {
                TemporaryFiles.Delete(path);
            }
        }

        refused.ShouldBeInRange(Files / 10, Files * 9 / 10);
    }

    private static void Use(Tokenizer tokenizer)
    {
        tokenizer.EncodeToIds("a word7 é", addSpecialTokens: true, parseSpecialTokens: true);
        for (int id = 0; id < int.Min(tokenizer.VocabularySize, TinyModels.Smallest.Vocabulary); id += 12)
        {
            tokenizer.Decode([id, 30], includeSpecialTokens: true);
            tokenizer.IsEndOfGeneration(id);
        }
    }

    private static void CheckInside(PackedSection section)
    {
        bool starts = section.Offset >= PackedFileHeader.PageSize && section.Offset <= Packed.Length;
        if (!starts || section.Length < 0 || section.Length > Packed.Length - section.Offset)
        {
            throw new InvalidOperationException($"{section} was taken for a section of a file of {Packed.Length} bytes.");
        }
    }

    private static void Mutate(Random random, Span<byte> bytes)
    {
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    // Fields of the sections are aligned to four bytes.
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(int.Min(at, bytes.Length - 4) & ~3)..], (int)Edge(random));
                    break;
                default:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes[(int.Min(at, bytes.Length - 8) & ~7)..], Edge(random));
                    break;
            }
        }
    }

    private static long Edge(Random random) => Edges[random.Next(Edges.Length)] + random.Next(-1, 2);
}
