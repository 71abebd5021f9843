using System;

namespace ModelGen.Tokenization;

/// <summary>Lengths of texts that fit into an array.</summary>
internal static class TextLength
{
    /// <summary>The length as an array has it.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public static int Checked(long length) => length <= Array.MaxLength
        ? (int)length
        : throw new ArgumentException("The text is longer than can be encoded at once; encode it in parts.", "text");
}
