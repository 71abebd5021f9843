using System.Buffers;
using System.Collections.Generic;

namespace ModelGen.Grammars.Masks;

/// <summary>A tokenizer's tokens as grammars see them: by their bytes. Made once for a tokenizer.</summary>
internal sealed class GrammarVocabulary
{
    // What a token of a vocabulary is never longer than; a trie counts bytes in 16 bits.
    private const int MostBytes = ushort.MaxValue;

    private readonly List<int> _endsOfGeneration = [];

    public GrammarVocabulary(Tokenizer tokenizer)
    {
        TokenCount = tokenizer.VocabularySize;
        ArrayBufferWriter<byte> texts = new();
        List<TokenText> tokens = [];
        for (int id = 0; id < TokenCount; id++)
        {
            if (tokenizer.IsEndOfGeneration(id))
            {
                _endsOfGeneration.Add(id);
                continue;
            }

            // Control tokens and those that stand for nothing have no bytes; no grammar asks for them.
            int start = texts.WrittenCount;
            tokenizer.WriteBytes(id, includeSpecialTokens: false, texts);
            if (texts.WrittenCount - start is > 0 and <= MostBytes and int length)
            {
                tokens.Add(new TokenText(id, start, length));
            }
        }

        Trie = TokenTrie.Create(texts.WrittenSpan.ToArray(), tokens);
    }

    /// <summary>Number of tokens; ids are 0 to TokenCount − 1.</summary>
    public int TokenCount { get; }

    /// <summary>Words of 64 bits of a mask.</summary>
    public int MaskLength => (TokenCount + 63) / 64;

    /// <summary>Tokens that have bytes.</summary>
    public TokenTrie Trie { get; }

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> EndsOfGeneration => _endsOfGeneration;
}
