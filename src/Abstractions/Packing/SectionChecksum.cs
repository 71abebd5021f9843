using System;
using System.Threading.Tasks;

namespace ModelGen.Packing;

/// <summary>
/// The checksum of a section of a packed file: the XXH64 of the XXH64s of its blocks of 4 MiB, the last one shorter. Blocks are hashed
/// apart, each by the thread that has it in its cache.
/// </summary>
internal static unsafe class SectionChecksum
{
    /// <summary>Bytes of a block: small against a cache of the last level, large against what handing it out costs.</summary>
    public const int BlockBytes = 4 << 20;

    /// <summary>Blocks of a section of <paramref name="length"/> bytes.</summary>
    public static int Blocks(long length) => checked((int)((length + BlockBytes - 1) / BlockBytes));

    /// <summary>Bytes of block <paramref name="block"/>.</summary>
    public static int LengthOf(int block, long length) => (int)Math.Min(BlockBytes, length - (long)block * BlockBytes);

    /// <summary>The checksum of a section of which the blocks' hashes are known.</summary>
    public static ulong Of(ulong[] blockHashes)
    {
        fixed (ulong* hashes = blockHashes)
        {
            return XxHash64.Hash((byte*)hashes, blockHashes.Length * (long)sizeof(ulong));
        }
    }

    /// <summary>The checksum of a section in memory, computed on all processors.</summary>
    /// <param name="data">The section.</param>
    /// <param name="length">Bytes.</param>
    public static ulong Of(byte* data, long length)
    {
        var hashes = new ulong[Blocks(length)];
        Parallel.For(0, hashes.Length, block => hashes[block] = XxHash64.Hash(data + (long)block * BlockBytes, LengthOf(block, length)));
        return Of(hashes);
    }
}
