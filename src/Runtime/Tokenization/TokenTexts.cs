using System.Buffers;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// The text of each token by itself. A text is made when it is first asked for and kept, so that generating gives out the same strings again
/// and again and allocates none. Safe for concurrent use: two threads that make the same text make equal ones.
/// </summary>
/// <param name="tokenizer">Whose tokens.</param>
/// <param name="includeSpecialTokens">Whether control tokens have their name for a text; else none.</param>
internal sealed class TokenTexts(Tokenizer tokenizer, bool includeSpecialTokens)
{
    private readonly string?[] _texts = new string?[tokenizer.VocabularySize];

    /// <summary>A token's text. Bytes that are not a whole character give U+FFFD.</summary>
    /// <param name="id">An id of the vocabulary.</param>
    public string this[int id] => _texts[id] ??= Make(id);

    private string Make(int id)
    {
        ArrayBufferWriter<byte> bytes = new();
        tokenizer.WriteBytes(id, includeSpecialTokens, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
