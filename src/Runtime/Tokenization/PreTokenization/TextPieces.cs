using System;
using System.Text;

namespace ModelGen.Tokenization.PreTokenization;

/// <summary>A text as code points, and how it is cut so far. One thread at a time; buffers are kept from text to text.</summary>
internal sealed class TextPieces
{
    // Enough for a prompt; what a longer text has made is given back.
    private const int MaxKeptCharacters = 1 << 16;

    // Rules that ask for \s see every white space alike, as llama.cpp's expressions do.
    private const int AnySpace = '\v';

    private byte[] _codes = [];
    private int[] _codePoints = [];
    private int[] _byteOffsets = [0];
    private int[] _ends = [];
    private int[] _nextEnds = [];
    private int _count;

    /// <summary>Number of pieces; together they are the text.</summary>
    public int PieceCount { get; private set; }

    /// <summary>Whether the buffers are small enough to wait for the next text.</summary>
    public bool IsWorthKeeping => _codes.Length <= MaxKeptCharacters;

    /// <summary>Where a piece ends, in bytes.</summary>
    public int EndOf(int piece) => _byteOffsets[_ends[piece]];

    /// <summary>Takes a text, as one piece.</summary>
    /// <param name="text">UTF-8, at least one byte; a byte that is none counts as U+FFFD.</param>
    public void Load(ReadOnlySpan<byte> text)
    {
        if (_codes.Length < text.Length)
        {
            int capacity = Math.Max(text.Length, Math.Min(2 * _codes.Length, MaxKeptCharacters));
            _codes = new byte[capacity];
            _codePoints = new int[capacity];
            _byteOffsets = new int[capacity + 1];
            _ends = new int[capacity];
            _nextEnds = new int[capacity];
        }

        _count = 0;
        for (int offset = 0; offset < text.Length; _count++)
        {
            int codePoint = text[offset];
            int length = 1;
            if (codePoint >= 0x80)
            {
                Rune.DecodeFromUtf8(text[offset..], out Rune rune, out length);
                codePoint = rune.Value;
            }

            byte code = CharacterCodes.Of(codePoint);
            bool isWideSpace = codePoint >= 0x80 && CharacterCodes.FlagsOf(code) == CharacterFlags.Space;
            _codes[_count] = code;
            _codePoints[_count] = isWideSpace ? AnySpace : codePoint;
            _byteOffsets[_count] = offset;
            offset += length;
        }

        _byteOffsets[_count] = text.Length;
        _ends[0] = _count;
        PieceCount = 1;
    }

    /// <summary>
    /// Cuts each piece: what a rule matches is a piece of its own, and so is what lies between two matches. The first match from the left
    /// counts.
    /// </summary>
    public void Split<TPass>()
        where TPass : ISplitPass
    {
        int count = 0;
        int start = 0;
        for (int piece = 0; piece < PieceCount; piece++)
        {
            int end = _ends[piece];
            PieceText text = new(_codes.AsSpan(start, end - start), _codePoints.AsSpan(start, end - start));
            int gapStart = 0;
            for (int position = 0; position < text.Length;)
            {
                int length = TPass.Match(text, position);
                if (length > 0)
                {
                    if (position > gapStart)
                    {
                        _nextEnds[count++] = start + position;
                    }

                    position += length;
                    gapStart = position;
                    _nextEnds[count++] = start + position;
                }
                else
                {
                    position += Math.Max(1, -length);
                }
            }

            if (gapStart < text.Length)
            {
                _nextEnds[count++] = end;
            }

            start = end;
        }

        (_ends, _nextEnds) = (_nextEnds, _ends);
        PieceCount = count;
    }
}
