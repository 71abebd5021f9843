namespace ModelGen.Gguf;

/// <summary>Bytes as hexadecimal digits (Convert.ToHexString is not in .NET Standard 2.0).</summary>
internal static class Hexadecimal
{
    /// <summary>Two lower-case digits a byte.</summary>
    public static string Lower(byte[] bytes)
    {
        const string Digits = "0123456789abcdef";
        char[] text = new char[bytes.Length * 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = Digits[bytes[i] >> 4];
            text[2 * i + 1] = Digits[bytes[i] & 15];
        }

        return new string(text);
    }
}
