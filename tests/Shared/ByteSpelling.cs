using System;
using System.Linq;
using System.Text;

namespace ModelGen.Tests.Shared;

/// <summary>GPT-2's spelling of bytes: those with a printable character of their own as that, the others in order from U+0100 on.</summary>
internal static class ByteSpelling
{
    private static readonly string Alphabet = Create();

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        StringBuilder spelling = new(bytes.Length);
        foreach (byte value in bytes)
        {
            spelling.Append(Alphabet[value]);
        }

        return spelling.ToString();
    }

    private static string Create()
    {
        int others = 0;
        return string.Concat(Enumerable.Range(0, 256).Select(value =>
            value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ') ? (char)value : (char)(256 + others++)));
    }
}
