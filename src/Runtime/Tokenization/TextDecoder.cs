using System;
using System.Buffers;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Decodes ids one by one as a model samples them. Byte tokens may cut a character; its bytes are held until it is whole, so that the
/// texts given out are always whole characters and together are exactly the decoded text.
/// </summary>
internal sealed class TextDecoder(Tokenizer tokenizer)
{
    // The longest UTF-8 sequence is four bytes, so at most three wait for the rest.
    private const int MaxHeldBytes = 3;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Whether bytes wait for the rest of their character.</summary>
    public bool IsInsideCharacter => _bytes.WrittenCount > 0;

    /// <summary>The characters that <paramref name="id"/> completes, perhaps none.</summary>
    public string Append(int id)
    {
        // Nearly all tokens are whole characters, whose text is at hand. U+FFFD at the end may stand for half a character.
        if (!IsInsideCharacter && (uint)id < (uint)tokenizer.VocabularySize && tokenizer.Texts[id] is not [.., '\uFFFD'] and string whole)
        {
            return whole;
        }

        tokenizer.WriteBytes(id, includeSpecialTokens: false, _bytes);
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
        int held = Rune.DecodeLastFromUtf8(bytes, out _, out int length) == OperationStatus.NeedMoreData ? length : 0;
        string text = Encoding.UTF8.GetString(bytes[..^held]);
        Span<byte> rest = stackalloc byte[MaxHeldBytes];
        bytes[^held..].CopyTo(rest);
        _bytes.ResetWrittenCount();
        _bytes.Write(rest[..held]);
        return text;
    }

    /// <summary>What is left at the end: U+FFFD for a character that never became whole, else nothing.</summary>
    public string Flush()
    {
        string text = Encoding.UTF8.GetString(_bytes.WrittenSpan);
        _bytes.ResetWrittenCount();
        return text;
    }
}
