using System.Collections.Concurrent;
using System.Collections.Generic;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;
using ModelGen.Tokenization;

namespace ModelGen.Grammars.Masks;

/// <summary>A tokenizer's tokens as grammars see them: by their bytes. Made once for a tokenizer.</summary>
internal sealed class GrammarVocabulary
{
    // What a token of a vocabulary is never longer than; a trie counts bytes in 16 bits.
    private const int MostBytes = ushort.MaxValue;

    // Each takes up to some megabytes.
    private const int MostShared = 64;

    private readonly List<int> _endsOfGeneration = [];
    private readonly ConcurrentDictionary<int[], HeadTokens> _shared = new(IntegersComparer.Instance);

    public GrammarVocabulary(Tokenizer tokenizer)
    {
        Tokenizer = tokenizer;
        TokenCount = tokenizer.VocabularySize;
        TokenBytes texts = TokenBytes.Of(tokenizer);
        List<TokenText> tokens = [];
        for (int id = 0; id < TokenCount; id++)
        {
            if (tokenizer.IsEndOfGeneration(id))
            {
                _endsOfGeneration.Add(id);
                continue;
            }

            // Control tokens and those that stand for nothing have no bytes; no grammar asks for them.
            if (texts[id].Length is > 0 and <= MostBytes and int length)
            {
                tokens.Add(new TokenText(id, texts.StartOf(id), length));
            }
        }

        Trie = TokenTrie.Create(texts.All, tokens);
    }

    public Tokenizer Tokenizer { get; }

    /// <summary>Number of tokens; ids are 0 to TokenCount − 1.</summary>
    public int TokenCount { get; }

    /// <summary>Words of 64 bits of a mask.</summary>
    public int MaskLength => (TokenCount + 63) / 64;

    /// <summary>Tokens that have bytes.</summary>
    public TokenTrie Trie { get; }

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> EndsOfGeneration => _endsOfGeneration;

    /// <summary>Where tokens lead from a head of any grammar, if it was kept.</summary>
    /// <param name="content">The head's <see cref="Head.Content"/>.</param>
    public HeadTokens? Shared(int[] content) => _shared.GetValueOrDefault(content);

    /// <summary>Keeps where tokens lead from a head, for other grammars that have the same part, such as any string.</summary>
    public void Share(int[] content, HeadTokens tokens)
    {
        if (_shared.Count >= MostShared)
        {
            _shared.Clear();
        }

        _shared[content] = tokens;
    }
}
