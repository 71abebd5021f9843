using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>
/// Changes tables of grammars. Their numbers are mostly of one byte, so that most changes are of one, to a small number; and mostly the checksum
/// is made right afterwards, or nothing would be read behind it.
/// </summary>
internal sealed class GrammarTablesMutator : IMutator
{
    private const int ChecksumLength = 4;
    private const int MostChanges = 4;
    private const int SmallNumbers = 12;

    /// <inheritdoc/>
    public byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        byte[] tables = [.. seeds[random.Next(seeds.Count)]];
        byte[] content = tables[..^ChecksumLength];
        for (int changes = random.Next(1, MostChanges); changes > 0; changes--)
        {
            if (random.Next(4) == 0 || content.Length == 0)
            {
                content = ByteMutator.Change(content, seeds, random);
            }
            else
            {
                content[random.Next(content.Length)] = (byte)random.Next(random.Next(4) == 0 ? 256 : SmallNumbers);
            }
        }

        byte[] result = [.. content, .. tables[^ChecksumLength..]];
        if (random.Next(8) != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(content.Length), TableWriter.Checksum(content, content.Length));
        }

        return result;
    }
}
