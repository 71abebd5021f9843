using System;

namespace ModelGen.Grammars.Masks;

/// <summary>A token, or the rest of one, and where its bytes stand.</summary>
/// <param name="Id">The token.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Number of its bytes.</param>
/// <param name="Items">Items of a machine that counts which come to their end before, if it is the rest of a token.</param>
internal readonly record struct TokenText(int Id, int Start, int Length, ushort Items = 0)
{
    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Of(byte[] texts) => texts.AsSpan(Start, Length);
}
