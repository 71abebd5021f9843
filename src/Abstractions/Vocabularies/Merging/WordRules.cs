using System.Collections.Generic;

namespace ModelGen.Vocabularies;

/// <summary>
/// Finds out, when a vocabulary is packed, what saves merging when text is encoded: the tokens that a word of the same text becomes anyway,
/// and whether the spaces of a SentencePiece text part its words.
/// </summary>
/// <remarks>
/// Both only save time when text is encoded, so both are given up where finding out could take long: a vocabulary of tokens that are parts of
/// each other, which nobody has but who wants to stop a build, would take hours.
/// </remarks>
internal static unsafe class WordRules
{
    // Bytes of a token that is looked at; the longest words of published vocabularies have some dozens.
    private const int LongestChecked = 256;

    // Parts of tokens that are asked about for the spaces of a whole vocabulary: half a second at most.
    private const int MostQuestions = 1 << 22;

    // U+2581, which SentencePiece writes for a space.
    private static readonly byte[] SpaceMark = [0xE2, 0x96, 0x81];

    /// <summary>Notes what it found in the section.</summary>
    public static void Mark(byte* section, long length, PreTokenizerRule? rule)
    {
        VocabularyTables tables = new(section, length);
        PairMerger merger = PairMerger.Of(tables)!;
        TokenAttributes* attributes = (TokenAttributes*)tables.Table(VocabularyTable.Attributes, out _);
        for (int symbol = 0; symbol < tables.SymbolCount; symbol++)
        {
            byte* text = tables.TextOf(symbol, out int bytes);
            if (tables.Find(text, bytes) == symbol && (rule is { TakesWholeWords: true } || IsWhole(tables, merger, rule, symbol, text, bytes)))
            {
                attributes[symbol] |= TokenAttributes.Whole;
            }
        }

        if (tables.Kind == TokenizerKind.SentencePiece && SpacesStartWords(tables))
        {
            *(int*)(section + VocabularySection.FlagsOffset) |= (int)VocabularyFlags.SpacesStartWords;
        }
    }

    private static bool IsWhole(VocabularyTables tables, PairMerger merger, PreTokenizerRule? rule, int symbol, byte* text, int bytes)
    {
        // Gemma 4 has tokens for runs of line breaks that no merges lead to.
        if (rule is { TakesWholeLineBreaks: true } && symbol < tables.TokenCount && IsLineBreaks(text, bytes))
        {
            return true;
        }

        if (bytes > LongestChecked)
        {
            return false;
        }

        merger.Merge(text, bytes);
        return merger.Next(0, out int merged, out _, out _) == PairMerger.End && merged == symbol;
    }

    private static bool IsLineBreaks(byte* text, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (text[i] != '\n')
            {
                return false;
            }
        }

        return true;
    }

    // True where it is known that no merge can give a symbol that has a space behind something else.
    private static bool SpacesStartWords(VocabularyTables tables)
    {
        int questions = 0;
        for (int id = 0; id < tables.TokenCount; id++)
        {
            byte* text = tables.TextOf(id, out int length);
            for (int start = 1; start <= length - SpaceMark.Length; start++)
            {
                if (IsSpace(text + start) && !(start >= SpaceMark.Length && IsSpace(text + start - SpaceMark.Length)))
                {
                    if (length > LongestChecked || CanBeMerged(tables, text, 0, length, [], ref questions))
                    {
                        return false;
                    }

                    break;
                }
            }
        }

        return true;
    }

    // A text can come about if it is one character, or a token that two texts give that can come about; perhaps it can if that would take too
    // long to find out.
    private static bool CanBeMerged(VocabularyTables tables, byte* text, int start, int end, Dictionary<(int, int), bool> known, ref int questions)
    {
        if (++questions > MostQuestions || start + Utf8.LengthOf(text[start]) >= end)
        {
            return true;
        }

        if (known.TryGetValue((start, end), out bool canBeMerged))
        {
            return canBeMerged;
        }

        bool found = false;
        if (tables.Find(text + start, end - start) != VocabularySection.None)
        {
            for (int middle = start + Utf8.LengthOf(text[start]); middle < end && !found; middle += Utf8.LengthOf(text[middle]))
            {
                found = CanBeMerged(tables, text, start, middle, known, ref questions) && CanBeMerged(tables, text, middle, end, known, ref questions);
            }
        }

        known[(start, end)] = found;
        return found;
    }

    private static bool IsSpace(byte* text) => text[0] == SpaceMark[0] && text[1] == SpaceMark[1] && text[2] == SpaceMark[2];
}
