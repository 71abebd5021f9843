using System;
using System.Buffers;

namespace ModelGen.Tokenization;

/// <summary>U+2581 (lower one eighth block), which SentencePiece writes for a space.</summary>
internal static class SpaceMarks
{
    /// <summary>The mark in UTF-8.</summary>
    public static ReadOnlySpan<byte> Mark => "▁"u8;

    /// <summary>Bytes that <see cref="Write"/> writes at most.</summary>
    public static int MaxLength(ReadOnlySpan<byte> text) =>
        TextLength.Checked(text.Length + (Mark.Length - 1L) * text.Count((byte)' ') + Mark.Length);

    /// <summary>Writes a text with marks for its spaces.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="spaceInFront">Whether a space goes in front of it.</param>
    /// <param name="marked">Room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> text, bool spaceInFront, Span<byte> marked)
    {
        int length = 0;
        if (spaceInFront)
        {
            Mark.CopyTo(marked);
            length = Mark.Length;
        }

        while (!text.IsEmpty)
        {
            int space = text.IndexOf((byte)' ');
            ReadOnlySpan<byte> part = space < 0 ? text : text[..space];
            part.CopyTo(marked[length..]);
            length += part.Length;
            text = text[part.Length..];
            if (space >= 0)
            {
                Mark.CopyTo(marked[length..]);
                length += Mark.Length;
                text = text[1..];
            }
        }

        return length;
    }

    /// <summary>Writes a token's text with spaces for its marks.</summary>
    public static void WriteSpaces(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        while (!text.IsEmpty)
        {
            int mark = text.IndexOf(Mark);
            if (mark < 0)
            {
                output.Write(text);
                return;
            }

            output.Write(text[..mark]);
            output.Write(" "u8);
            text = text[(mark + Mark.Length)..];
        }
    }
}
