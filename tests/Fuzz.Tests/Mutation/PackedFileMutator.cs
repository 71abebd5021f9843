using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>
/// Changes packed files where it matters: in the fields of the header page, in the vocabulary's header, in its tables, or anywhere. Mostly the
/// checksums and the length are made right afterwards, or nothing would be read behind them.
/// </summary>
internal sealed class PackedFileMutator : IMutator
{
    private const int FileLengthOffset = 80;
    private const int HeaderFields = 200;
    private const int MostChanges = 4;

    /// <inheritdoc/>
    public byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        byte[] file = [.. seeds[random.Next(seeds.Count)]];
        for (int changes = random.Next(1, MostChanges); changes > 0; changes--)
        {
            file = Change(file, seeds, random);
        }

        if (random.Next(8) != 0)
        {
            if (file.Length >= PackedFileHeader.PageSize && random.Next(8) != 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(FileLengthOffset), file.Length);
            }

            PackedBytes.Repair(file);
        }

        return file;
    }

    private static byte[] Change(byte[] file, IReadOnlyList<byte[]> seeds, Random random)
    {
        (int start, int end) = random.Next(8) switch
        {
            0 => (0, HeaderFields),
            1 or 2 => (PackedFileHeader.PageSize, PackedFileHeader.PageSize + VocabularySection.HeaderLength),
            3 => (0, file.Length),
            _ => (PackedFileHeader.PageSize + VocabularySection.HeaderLength, file.Length),
        };
        end = Math.Max(start, end);
        byte[] part = Part(file, start, end);
        byte[] changed = ByteMutator.Change([.. part], [Part(seeds[random.Next(seeds.Count)], start, end)], random);

        // A change of length in the middle moves all behind it, which mostly makes nothing but nonsense of that.
        if (changed.Length != part.Length && random.Next(4) != 0)
        {
            Array.Resize(ref changed, part.Length);
        }

        int before = Math.Min(start, file.Length);
        return [.. file[..before], .. changed, .. file[(before + part.Length)..]];
    }

    private static byte[] Part(byte[] file, int start, int end) => file[Math.Min(start, file.Length)..Math.Min(end, file.Length)];
}
