using System;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>RWKV's World tokenizer (tokenizer.ggml.model "rwkv"): at each place the longest token that the bytes start with.</summary>
internal sealed unsafe class RwkvTokenizer(VocabularyReader vocabulary) : VocabularyTokenizer(vocabulary)
{
    // llama.cpp adds neither for this kind.
    protected override bool StartsWithBeginningOfSequence => false;

    protected override int? LastId => null;

    protected override int? BetweenId => null;

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        fixed (byte* first = text)
        {
            for (int start = 0; start < text.Length;)
            {
                int matched = Tables.Trie.LongestMatch(first + start, text.Length - start, out int id);
                ids.Add(id != VocabularySection.None ? id : UnknownId ?? throw new ModelGenException(
                    $"The vocabulary has no token for the byte 0x{text[start]:X2} and no unknown token; take the character out of the text."));
                start += Math.Max(matched, 1);
            }
        }
    }
}
