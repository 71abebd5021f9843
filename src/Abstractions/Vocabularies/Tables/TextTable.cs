using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Vocabularies;

/// <summary>Builds hash tables from texts to symbols.</summary>
internal static unsafe class TextTable
{
    /// <summary>The slots of the table: a power of two, at least twice as many as texts.</summary>
    /// <exception cref="ModelGenException">Two texts are the same.</exception>
    public static TextSlot[] Create(IEnumerable<(byte[] Text, int Symbol)> texts)
    {
        (byte[] Text, int Symbol)[] entries = texts.ToArray();
        if (entries.Length == 0)
        {
            return [];
        }

        int capacity = 2;
        while (capacity < 2 * entries.Length)
        {
            capacity *= 2;
        }

        TextSlot[] slots = new TextSlot[capacity];
        byte[][] slotTexts = new byte[capacity][];
        for (int slot = 0; slot < capacity; slot++)
        {
            slots[slot].Symbol = VocabularySection.None;
        }

        foreach ((byte[] text, int symbol) in entries)
        {
            uint hash;
            fixed (byte* first = text)
            {
                hash = VocabularySection.Hash(first, text.Length);
            }

            int slot = (int)(hash & (uint)(capacity - 1));
            for (; slots[slot].Symbol != VocabularySection.None; slot = (slot + 1) & (capacity - 1))
            {
                if (slots[slot].Hash == hash && ByteStrings.Comparer.Equals(slotTexts[slot], text))
                {
                    throw new ModelGenException(
                        $"Tokens {slots[slot].Symbol} and {symbol} of the vocabulary (tokenizer.ggml.tokens) are both "
                        + $"'{Encoding.UTF8.GetString(text)}'; convert the model again.");
                }
            }

            slots[slot] = new TextSlot { Hash = hash, Symbol = symbol };
            slotTexts[slot] = text;
        }

        return slots;
    }
}
