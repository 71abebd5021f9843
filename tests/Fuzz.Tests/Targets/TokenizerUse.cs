using System;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Everything that a program asks of a tokenizer, once.</summary>
internal static class TokenizerUse
{
    private const string Text = " the and\t12's é中 <|im_end|>😀 Ａ";
    private const int MostIds = 400;

    /// <exception cref="ModelGenException">The vocabulary is damaged, or cannot write the text.</exception>
    public static void Ask(Tokenizer tokenizer)
    {
        tokenizer.CountTokens(Text, addSpecialTokens: false);
        foreach (int id in tokenizer.EncodeToIds(Text, addSpecialTokens: true, parseSpecialTokens: true))
        {
            if ((uint)id >= (uint)tokenizer.VocabularySize)
            {
                throw new InvalidOperationException($"Encoding gave id {id} of a vocabulary of {tokenizer.VocabularySize}.");
            }
        }

        for (int id = 0; id < Math.Min(tokenizer.VocabularySize, MostIds); id++)
        {
            tokenizer.Decode([id, 0], includeSpecialTokens: true);
            tokenizer.Decode([id]);
            tokenizer.IsEndOfGeneration(id);
            tokenizer.IsSpecial(id);
        }
    }
}
