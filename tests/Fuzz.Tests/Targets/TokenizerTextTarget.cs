using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Any text, encoded with every vocabulary in turn (the text's first unit says which); where a vocabulary can write all texts, its ids must
/// give the text back. Declared: ModelGenException, for a character that the vocabulary cannot write.
/// </summary>
internal sealed class TokenizerTextTarget : IFuzzTarget
{
    private readonly (SeedVocabulary Vocabulary, Tokenizer Tokenizer)[] _tokenizers =
        [.. SeedVocabularies.All.Select(vocabulary => (vocabulary, Tokenizer.Create(vocabulary.Content)))];

    public TokenizerTextTarget() => Seeds =
    [
        .. Enumerable.Range(0, _tokenizers.Length).SelectMany(index => SeedTexts.Texts.Select(text => TextInput.Of((char)index + text))),
    ];

    public string Name => "tokenizer-text";

    public int Share => 100;

    public IReadOnlyList<byte[]> Seeds { get; }

    public IMutator Mutator { get; } = new TextMutator(SeedTexts.Fragments);

    // Ids, pieces and their lists, which double as they grow.
    public long MostAllocatedBytes(int inputBytes) => (1L << 20) + 512L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        string text = TextInput.Read(input);
        (SeedVocabulary vocabulary, Tokenizer tokenizer) = _tokenizers[text.Length == 0 ? 0 : text[0] % _tokenizers.Length];
        text = text.Length == 0 ? text : text[1..];
        try
        {
            IReadOnlyList<int> special = tokenizer.EncodeToIds(text, addSpecialTokens: true, parseSpecialTokens: true);
            tokenizer.Decode(special, includeSpecialTokens: true);
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(text, addSpecialTokens: false);
            Check(special.Concat(ids).All(id => (uint)id < (uint)tokenizer.VocabularySize), "an id is not in the vocabulary");
            Check(tokenizer.CountTokens(text, addSpecialTokens: false) == ids.Count, "the count is another one");
            string decoded = tokenizer.Decode(ids);
            if (vocabulary.GivesTextBack && !IsChanged(vocabulary, text))
            {
                Check(decoded == Expected(vocabulary, text), $"the ids of {vocabulary.Name} give '{decoded}'");
            }

            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }

    /// <summary>The text itself: halves of surrogate pairs are U+FFFD, and the mark of a space is a space where spaces are marked.</summary>
    private static string Expected(SeedVocabulary vocabulary, string text)
    {
        string wellFormed = string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
        return vocabulary.Content.Model is "llama" or "gemma4" ? wellFormed.Replace('▁', ' ') : wellFormed;
    }

    /// <summary>
    /// Whether llama.cpp's ids are of another text too: it puts a space behind tokens that are split out of a text, and RWKV's control token is
    /// one of those that bytes are matched with.
    /// </summary>
    private static bool IsChanged(SeedVocabulary vocabulary, string text) => vocabulary.Content.Model == "rwkv"
        ? text.Contains("<s>", StringComparison.Ordinal)
        : vocabulary.Content.AddSpacePrefix && (text.Contains("<tool>", StringComparison.Ordinal) || text.Contains("é<x>", StringComparison.Ordinal));

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
