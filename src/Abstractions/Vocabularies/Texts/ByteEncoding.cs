using System.Collections.Generic;
using System.Text;

namespace ModelGen.Vocabularies;

/// <summary>
/// GPT-2's way to write any bytes as printable text (Radford et al. 2019): the printable characters of Latin-1 stand for themselves, the 68
/// other bytes, in order, for U+0100 and on. A space is U+0120, Ġ.
/// </summary>
internal static class ByteEncoding
{
    private const int FirstSubstitute = 0x100;

    private static readonly Dictionary<char, byte> ByteOf = Create();

    /// <summary>The bytes that a token's text stands for; null where it has a character that stands for none.</summary>
    /// <param name="text">UTF-8.</param>
    public static byte[]? Decode(byte[] text)
    {
        string characters = Encoding.UTF8.GetString(text);
        byte[] bytes = new byte[characters.Length];
        for (int index = 0; index < bytes.Length; index++)
        {
            if (!ByteOf.TryGetValue(characters[index], out bytes[index]))
            {
                return null;
            }
        }

        return bytes;
    }

    /// <summary>Whether a byte stands for itself and is one byte of UTF-8.</summary>
    public static bool IsPlain(byte value) => value is > (byte)' ' and <= (byte)'~';

    private static Dictionary<char, byte> Create()
    {
        Dictionary<char, byte> byteOf = [];
        int substitutes = 0;
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            byteOf.Add((char)(isPrintable ? value : FirstSubstitute + substitutes++), (byte)value);
        }

        return byteOf;
    }
}
