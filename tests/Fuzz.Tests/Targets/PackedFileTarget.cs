using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.CompilerServices;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Packed files: the header page and the vocabulary, whose tables the tokenizer reads in place, at the end of memory. Declared:
/// ModelGenException.
/// </summary>
internal sealed unsafe class PackedFileTarget : IFuzzTarget, IDisposable
{
    private readonly GuardedMemory _memory = new(256 * 1024);
    private readonly GuardedMemory _vocabulary = new(256 * 1024);

    public string Name => "packed-file";

    public int Share => 140;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. SeedVocabularies.Kinds.Select(vocabulary => PackedBytes.Create(vocabulary.Content))];

    public IMutator Mutator { get; } = new PackedFileMutator();

    // What the tokenizer says of hundreds of ids.
    public long MostAllocatedBytes(int inputBytes) => (2L << 20) + 64L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        try
        {
            if (input.Length < PackedFileHeader.PageSize)
            {
                // The file is mapped only from this length on.
                return FuzzOutcome.Refused;
            }

            byte* file = _memory.Place(input);
            PackedFileHeader header = PackedFileHeader.Read(file, input.Length, "fuzzed.weights");
            Check(header.Vocabulary, file);
            Check(header.Weights, file);

            // Nothing follows the section, as if it were the last of the file.
            byte* section = _vocabulary.Place(new ReadOnlySpan<byte>(file + header.Vocabulary.Offset, (int)header.Vocabulary.Length));
            PreTokenizerKind kind = new VocabularyTables(section, header.Vocabulary.Length).PreTokenizer;
            TokenizerUse.Ask(Tokenizer.Create(section, header.Vocabulary.Length, PreTokenizer.Of(kind)));
            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        _vocabulary.Dispose();
    }

    /// <summary>Reads a section to its last byte, as loading a file does.</summary>
    private static void Check(PackedSection section, byte* file)
    {
        if (SectionChecksum.Of(file + section.Offset, section.Length) != section.Checksum)
        {
            throw new ModelGenException("The section does not match its checksum.");
        }
    }
}
