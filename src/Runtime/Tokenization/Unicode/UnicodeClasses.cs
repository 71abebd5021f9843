namespace ModelGen.Tokenization.Unicode;

/// <summary>
/// The class of each code point, by a table of its own: vocabularies were made with one version of Unicode, and text must be split the same
/// way whatever version the running .NET has.
/// </summary>
/// <remarks>Three stages of 11, 5 and 5 bits; equal blocks are stored once, two classes a byte.</remarks>
internal static partial class UnicodeClasses
{
    private const int LowBits = 5;
    private const int MiddleBits = 5;

    /// <summary>The class of a code point from 0 to 0x10FFFF.</summary>
    public static UnicodeClass Of(int codePoint)
    {
        int block = High[codePoint >> (LowBits + MiddleBits)] << MiddleBits;
        int index = Middle[block | ((codePoint >> LowBits) & ((1 << MiddleBits) - 1))] << LowBits;
        index |= codePoint & ((1 << LowBits) - 1);
        return (UnicodeClass)((Low[index >> 1] >> ((index & 1) << 2)) & 0xF);
    }
}
