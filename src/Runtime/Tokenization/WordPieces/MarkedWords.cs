using System;
using System.Text;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>Words that are written character by character, one behind the other: before each U+2581, behind each a space.</summary>
/// <param name="capacity">Bytes that fit before it grows.</param>
internal ref struct MarkedWords(int capacity)
{
    /// <summary>What ends a word, and no word has.</summary>
    public const byte End = (byte)' ';

    private const int LongestCharacter = 4;

    private PooledBytes _bytes = new(capacity);
    private bool _isInWord = false;

    /// <summary>The words; valid until more are written.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes.Written;

    /// <summary>Appends a character to the word, or starts one with it.</summary>
    public void Add(int codePoint)
    {
        if (!_isInWord)
        {
            _isInWord = true;
            _bytes.Write(SpaceMarks.Mark);
        }

        if (codePoint <= BertCharacters.LastAscii)
        {
            _bytes.Write((byte)codePoint);
            return;
        }

        Span<byte> character = stackalloc byte[LongestCharacter];
        _bytes.Write(character[..new Rune(codePoint).EncodeToUtf8(character)]);
    }

    /// <summary>Writes a word of one character.</summary>
    public void AddAlone(int codePoint)
    {
        EndWord();
        Add(codePoint);
        EndWord();
    }

    /// <summary>Ends the word, if there is one.</summary>
    public void EndWord()
    {
        if (_isInWord)
        {
            _isInWord = false;
            _bytes.Write(End);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose() => _bytes.Dispose();
}
