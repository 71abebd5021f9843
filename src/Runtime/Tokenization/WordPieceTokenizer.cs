using System;
using System.Buffers;
using System.Text;
using ModelGen.Tokenization.Unicode;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// WordPiece (tokenizer.ggml.model "bert"; Devlin et al. 2018, "BERT"), with the ids that llama.cpp gives: text is lower-cased, accents are
/// taken off, words are parted at white space, punctuation and CJK characters, and each word is written with the longest tokens from its
/// start on. In the vocabulary a word's start is marked U+2581.
/// </summary>
internal sealed unsafe class WordPieceTokenizer(VocabularyReader vocabulary) : VocabularyTokenizer(vocabulary)
{
    private const int LastAscii = 0x7F;
    private const int LastAsciiSymbol = 0x7E;
    private const int LowerCaseBit = 0x20;

    protected override bool StartsWithBeginningOfSequence => true;

    protected override int? LastId => SeparatorId;

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        // A word is at most as long as the text, but that a lower-case letter may be one byte longer; the mark stands in front.
        byte[] rented = ArrayPool<byte>.Shared.Rent(TextLength.Checked(SpaceMarks.Mark.Length + 2L * text.Length));
        try
        {
            bool lowers = Tables.Has(VocabularyFlags.Lowercase);
            bool stripsAccents = Tables.Has(VocabularyFlags.StripAccents);
            SpaceMarks.Mark.CopyTo(rented);
            int length = SpaceMarks.Mark.Length;
            while (!text.IsEmpty)
            {
                int codePoint = text[0];
                int consumed = 1;
                if (codePoint > LastAscii)
                {
                    Rune.DecodeFromUtf8(text, out Rune rune, out consumed);
                    codePoint = stripsAccents ? CanonicalBases.Of(rune.Value) : rune.Value;
                }

                text = text[consumed..];
                UnicodeClass kind = UnicodeClasses.Of(codePoint);
                if (kind == UnicodeClass.Space)
                {
                    EndWord();
                }
                else if (codePoint != 0 && codePoint != Rune.ReplacementChar.Value && kind != UnicodeClass.Other
                    && !(kind == UnicodeClass.Mark && stripsAccents))
                {
                    bool standsAlone = kind == UnicodeClass.Punctuation
                        || (kind == UnicodeClass.Symbol && codePoint <= LastAsciiSymbol) || IsChinese(codePoint);
                    if (standsAlone)
                    {
                        EndWord();
                    }

                    if (codePoint <= LastAscii)
                    {
                        rented[length++] = (byte)(lowers && codePoint is >= 'A' and <= 'Z' ? codePoint | LowerCaseBit : codePoint);
                    }
                    else
                    {
                        length += (lowers ? Lowered(codePoint) : new Rune(codePoint)).EncodeToUtf8(rented.AsSpan(length));
                    }

                    if (standsAlone)
                    {
                        EndWord();
                    }
                }
            }

            EndWord();

            void EndWord()
            {
                if (length > SpaceMarks.Mark.Length)
                {
                    EncodeWord(rented.AsSpan(0, length), ids);
                    length = SpaceMarks.Mark.Length;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void EncodeWord(ReadOnlySpan<byte> word, IdSink ids)
    {
        int before = ids.Count;
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
                if (matched == 0)
                {
                    // A word that cannot be written to its end is unknown as a whole.
                    ids.Truncate(before);
                    break;
                }

                ids.Add(id);
                start += matched;
            }
        }

        if (ids.Count == before)
        {
            ids.Add(UnknownId ?? throw new ModelGenException(
                $"The vocabulary has no tokens for '{Encoding.UTF8.GetString(word[SpaceMarks.Mark.Length..])}' and no unknown token; "
                + "take the word out of the text."));
        }
    }

    // The one letter whose simple lower case .NET does not give: I with a dot.
    private static Rune Lowered(int codePoint) => codePoint == 'İ' ? new Rune('i') : Rune.ToLowerInvariant(new Rune(codePoint));

    // The blocks that BERT counts as Chinese. Extension E starts at U+2B920 there, as in the tokenizers library, not at U+2B820.
    private static bool IsChinese(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
