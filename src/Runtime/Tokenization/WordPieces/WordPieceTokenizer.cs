using System;
using System.Text;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>
/// WordPiece (tokenizer.ggml.model "bert"; Devlin et al. 2018, "BERT"): each word of a text is written with the longest tokens from its start
/// on. In the vocabulary a word's start is marked U+2581. What the words are, <see cref="WordPiecePreTokenizer"/> says.
/// </summary>
internal sealed unsafe class WordPieceTokenizer(VocabularyReader vocabulary, WordPiecePreTokenizer preTokenizer) : VocabularyTokenizer(vocabulary)
{
    protected override bool StartsWithBeginningOfSequence => true;

    protected override int? LastId => SeparatorId;

    // The separator ends each text as it is.
    protected override int? BetweenId => null;

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        MarkedWords words = new(TextLength.Checked(SpaceMarks.Mark.Length + 2L * text.Length));
        try
        {
            preTokenizer.Split(text, Tables.Flags, ref words);
            ReadOnlySpan<byte> left = words.Written;
            while (!left.IsEmpty)
            {
                int length = left.IndexOf(MarkedWords.End);
                EncodeWord(left[..length], ids);
                left = left[(length + 1)..];
            }
        }
        finally
        {
            words.Dispose();
        }
    }

    private void EncodeWord(ReadOnlySpan<byte> word, IdSink ids)
    {
        int before = ids.Count;
        if (!IsTooLong(word[SpaceMarks.Mark.Length..]))
        {
            fixed (byte* text = word)
            {
                // Most words are tokens; the longest token that starts such a word is the word.
                int known = word.Length <= Tables.LongestSymbol ? Tables.Find(text, word.Length) : VocabularySection.None;
                if (known != VocabularySection.None)
                {
                    ids.Add(Tables.Token(known));
                    return;
                }

                for (int start = 0; start < word.Length;)
                {
                    int matched = Tables.Trie.LongestMatch(text + start, word.Length - start, out int id);
                    if (matched == 0 || (preTokenizer.KeepsStartsApart && !IsInItsPlace(word, start, matched)))
                    {
                        // A word that cannot be written to its end is unknown as a whole.
                        ids.Truncate(before);
                        break;
                    }

                    ids.Add(id);
                    start += matched;
                }
            }
        }

        if (ids.Count == before)
        {
            ids.Add(UnknownId ?? throw new ModelGenException(
                $"The vocabulary has no tokens for '{Encoding.UTF8.GetString(word[SpaceMarks.Mark.Length..])}' and no unknown token; "
                + "take the word out of the text."));
        }
    }

    // A word has as many characters as bytes that do not continue one.
    private bool IsTooLong(ReadOnlySpan<byte> word)
    {
        if (word.Length <= preTokenizer.LongestWord)
        {
            return false;
        }

        int characters = 0;
        foreach (byte value in word)
        {
            characters += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return characters > preTokenizer.LongestWord;
    }

    // The first token has the mark and something behind it; a later one that begins with it is a word's start, and not for here.
    private static bool IsInItsPlace(ReadOnlySpan<byte> word, int start, int length) => start == 0
        ? length > SpaceMarks.Mark.Length
        : !word[start..].StartsWith(SpaceMarks.Mark);
}
