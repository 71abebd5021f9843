using System.Globalization;
using System.Text;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>What the escapes of a Python string stand for.</summary>
internal static class StringEscapes
{
    private const int OctalBase = 8;
    private const int MaxOctalDigits = 3;
    private const int LastCodePoint = 0x10FFFF;

    /// <summary>The text of a string, or null where an escape is not whole or names no character.</summary>
    public static string? Decode(string text)
    {
        if (text.IndexOf('\\') < 0)
        {
            return text;
        }

        StringBuilder decoded = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                decoded.Append(text[i]);
                continue;
            }

            char escape = text[++i];
            switch (escape)
            {
                case '\n':
                    break;
                case 'x' or 'u' or 'U':
                    if (!AppendCode(text, ref i, digits: escape switch { 'x' => 2, 'u' => 4, _ => 8 }, decoded))
                    {
                        return null;
                    }

                    break;
                case 'N':
                    // Characters by their Unicode name: no template that is known has any, and .NET has no table of names.
                    return null;
                case >= '0' and < '8':
                    int value = 0;
                    int end = i;
                    while (end < text.Length && end - i < MaxOctalDigits && text[end] is >= '0' and < '8')
                    {
                        value = value * OctalBase + text[end++] - '0';
                    }

                    decoded.Append((char)value);
                    i = end - 1;
                    break;
                default:
                    if (Plain(escape) is char plain)
                    {
                        decoded.Append(plain);
                    }
                    else
                    {
                        decoded.Append('\\').Append(escape);
                    }

                    break;
            }
        }

        return decoded.ToString();
    }

    private static char? Plain(char escape) => escape switch
    {
        '\\' or '\'' or '"' => escape,
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        _ => null,
    };

    private static bool AppendCode(string text, ref int index, int digits, StringBuilder decoded)
    {
        if (index + digits >= text.Length
            || !uint.TryParse(text.Substring(index + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > LastCodePoint)
        {
            return false;
        }

        index += digits;
        if (code > char.MaxValue)
        {
            decoded.Append(char.ConvertFromUtf32((int)code));
        }
        else
        {
            decoded.Append((char)code);
        }

        return true;
    }
}
