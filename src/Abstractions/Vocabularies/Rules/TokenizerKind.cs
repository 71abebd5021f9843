using System.Collections.Generic;

namespace ModelGen.Vocabularies;

/// <summary>How a vocabulary splits text; the numbers stand in packed vocabularies.</summary>
internal enum TokenizerKind
{
    /// <summary>A tokenizer that ModelGen does not have: the vocabulary works for ids alone.</summary>
    IdsOnly = 0,

    /// <summary>SentencePiece BPE: characters are merged by the score of what they give.</summary>
    SentencePiece = 1,

    /// <summary>BPE behind a pre-tokenizer: the bytes of a word are merged by the rank of the pair.</summary>
    BytePair = 2,

    /// <summary>WordPiece: the longest token first, word by word.</summary>
    WordPiece = 3,

    /// <summary>Unigram: the most likely split of the whole text.</summary>
    Unigram = 4,

    /// <summary>RWKV's World: the longest token first, byte by byte.</summary>
    Rwkv = 5,
}

/// <summary>The values of tokenizer.ggml.model.</summary>
internal static class TokenizerKinds
{
    private static readonly Dictionary<string, TokenizerKind> ByName = new()
    {
        ["llama"] = TokenizerKind.SentencePiece,
        ["gpt2"] = TokenizerKind.BytePair,
        ["gemma4"] = TokenizerKind.BytePair,
        ["bert"] = TokenizerKind.WordPiece,
        ["t5"] = TokenizerKind.Unigram,
        ["rwkv"] = TokenizerKind.Rwkv,
    };

    /// <summary>Names of the tokenizers that text works with.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The kind that a name stands for; <see cref="TokenizerKind.IdsOnly"/> for one that ModelGen does not have.</summary>
    public static TokenizerKind Of(string name) => ByName.TryGetValue(name, out TokenizerKind kind) ? kind : TokenizerKind.IdsOnly;
}
