using System.Collections.Generic;

namespace ModelGen.Vocabularies;

/// <summary>Bytes as RWKV's converter writes them: \t, \n, \r, \xNN, and a backslash before a character that stands for itself.</summary>
internal static class EscapedBytes
{
    /// <summary>The bytes that a text stands for; an escape that breaks off stands for nothing.</summary>
    public static byte[] Decode(byte[] text)
    {
        List<byte> bytes = [];
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\')
            {
                bytes.Add(text[index]);
            }
            else if (++index < text.Length)
            {
                switch (text[index])
                {
                    case (byte)'t':
                        bytes.Add((byte)'\t');
                        break;
                    case (byte)'n':
                        bytes.Add((byte)'\n');
                        break;
                    case (byte)'r':
                        bytes.Add((byte)'\r');
                        break;
                    case (byte)'x' when index + 2 < text.Length:
                        bytes.Add((byte)(16 * Digit(text[index + 1]) + Digit(text[index + 2])));
                        index += 2;
                        break;
                    case (byte)'x':
                        return [.. bytes];
                    default:
                        bytes.Add(text[index]);
                        break;
                }
            }
        }

        return [.. bytes];
    }

    private static int Digit(byte character) => character >= 'a' ? character - 'a' + 10 : character - '0';
}
