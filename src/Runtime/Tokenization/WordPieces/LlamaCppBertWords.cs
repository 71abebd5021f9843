using System;
using System.Text;
using ModelGen.Tokenization.Unicode;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>
/// The words that llama.cpp makes of text for a vocabulary of BERT's kind. It takes the first code point alone of a character that
/// decomposes, drops marks of every kind, parts words at control characters that are white space, and has no longest word.
/// </summary>
internal sealed class LlamaCppBertWords() : WordPiecePreTokenizer(PreTokenizerKind.LlamaCppBert)
{
    internal override int LongestWord => int.MaxValue;

    internal override bool KeepsStartsApart => false;

    internal override void Split(ReadOnlySpan<byte> text, VocabularyFlags flags, ref MarkedWords words)
    {
        bool lowers = (flags & VocabularyFlags.Lowercase) != 0;
        bool stripsAccents = (flags & VocabularyFlags.StripAccents) != 0;
        while (!text.IsEmpty)
        {
            int codePoint = text[0];
            int consumed = 1;
            if (codePoint > BertCharacters.LastAscii)
            {
                Rune.DecodeFromUtf8(text, out Rune rune, out consumed);
                codePoint = stripsAccents ? CanonicalBases.Of(rune.Value) : rune.Value;
            }

            text = text[consumed..];
            UnicodeClass kind = UnicodeClasses.Of(codePoint);
            if (kind == UnicodeClass.Space)
            {
                words.EndWord();
            }
            else if (codePoint != 0 && codePoint != Rune.ReplacementChar.Value && kind != UnicodeClass.Other
                && !(kind == UnicodeClass.Mark && stripsAccents))
            {
                int written = lowers ? BertCharacters.Lowered(codePoint) : codePoint;
                if (BertCharacters.IsPunctuation(codePoint) || BertCharacters.IsChinese(codePoint))
                {
                    words.AddAlone(written);
                }
                else
                {
                    words.Add(written);
                }
            }
        }

        words.EndWord();
    }
}
