using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Packing;

/// <summary>
/// XXH64 with seed 0 (the xxHash specification, github.com/Cyan4973/xxHash, doc/xxhash_spec.md): a checksum against damage that keeps up with memory.
/// It protects against accidents, not against somebody who wants to deceive.
/// </summary>
internal static unsafe class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    public static ulong Hash(byte[] data)
    {
        fixed (byte* pointer = data)
        {
            return Hash(pointer, data.Length);
        }
    }

    [MethodImpl(HotLoops.Optimize)]
    public static ulong Hash(byte* data, long length)
    {
        byte* end = data + length;
        ulong hash;
        if (length >= 32)
        {
            ulong lane1 = unchecked(Prime1 + Prime2);
            ulong lane2 = Prime2;
            ulong lane3 = 0;
            ulong lane4 = unchecked(0 - Prime1);
            for (; end - data >= 32; data += 32)
            {
                lane1 = Round(lane1, *(ulong*)data);
                lane2 = Round(lane2, *(ulong*)(data + 8));
                lane3 = Round(lane3, *(ulong*)(data + 16));
                lane4 = Round(lane4, *(ulong*)(data + 24));
            }

            hash = unchecked(RotateLeft(lane1, 1) + RotateLeft(lane2, 7) + RotateLeft(lane3, 12) + RotateLeft(lane4, 18));
            hash = Merge(Merge(Merge(Merge(hash, lane1), lane2), lane3), lane4);
        }
        else
        {
            hash = Prime5;
        }

        hash = unchecked(hash + (ulong)length);
        for (; end - data >= 8; data += 8)
        {
            hash = unchecked(RotateLeft(hash ^ Round(0, *(ulong*)data), 27) * Prime1 + Prime4);
        }

        if (end - data >= 4)
        {
            hash = unchecked(RotateLeft(hash ^ (*(uint*)data * Prime1), 23) * Prime2 + Prime3);
            data += 4;
        }

        for (; data < end; data++)
        {
            hash = unchecked(RotateLeft(hash ^ (*data * Prime5), 11) * Prime1);
        }

        hash = unchecked((hash ^ (hash >> 33)) * Prime2);
        hash = unchecked((hash ^ (hash >> 29)) * Prime3);
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong lane, ulong input) => unchecked(RotateLeft(lane + input * Prime2, 31) * Prime1);

    private static ulong Merge(ulong hash, ulong lane) => unchecked((hash ^ Round(0, lane)) * Prime1 + Prime4);

    private static ulong RotateLeft(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
}
