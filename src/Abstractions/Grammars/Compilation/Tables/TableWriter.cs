using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Writes numbers as bytes, with a checksum behind them.</summary>
internal sealed class TableWriter
{
    private readonly List<byte> _bytes = [];

    public void WriteByte(byte value) => _bytes.Add(value);

    /// <summary>Writes a number that is not negative: seven bits a byte, low ones first.</summary>
    public void Write(int value)
    {
        uint rest = (uint)value;
        for (; rest > 0x7F; rest >>= 7)
        {
            _bytes.Add((byte)(rest | 0x80));
        }

        _bytes.Add((byte)rest);
    }

    /// <summary>Writes a number near 0.</summary>
    public void WriteSigned(int value) => Write(value < 0 ? (-value << 1) - 1 : value << 1);

    /// <summary>What was written, with its checksum.</summary>
    public byte[] ToArray()
    {
        uint checksum = Checksum([.. _bytes], _bytes.Count);
        return [.. _bytes, (byte)checksum, (byte)(checksum >> 8), (byte)(checksum >> 16), (byte)(checksum >> 24)];
    }

    /// <summary>The checksum of bytes (FNV-1a).</summary>
    public static uint Checksum(byte[] bytes, int count)
    {
        uint hash = 2166136261;
        for (int index = 0; index < count; index++)
        {
            hash = unchecked((hash ^ bytes[index]) * 16777619);
        }

        return hash;
    }
}
