using System;
using System.Text;
using ModelGen.Tokenization.Unicode;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>
/// BERT's own words (Devlin et al. 2018, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"): control
/// characters are dropped, Chinese characters and punctuation are words of their own, and a vocabulary without capitals is given lower-case
/// text without accents.
/// </summary>
internal sealed class BertWords() : WordPiecePreTokenizer(PreTokenizerKind.Bert)
{
    private const int CombiningDotAbove = 0x307;

    internal override int LongestWord => 100;

    internal override bool KeepsStartsApart => true;

    internal override void Split(ReadOnlySpan<byte> text, VocabularyFlags flags, ref MarkedWords words)
    {
        bool isCased = (flags & VocabularyFlags.Cased) != 0;
        bool lowers = !isCased && (flags & VocabularyFlags.Lowercase) != 0;
        bool stripsAccents = !isCased && (flags & VocabularyFlags.StripAccents) != 0;
        while (!text.IsEmpty)
        {
            int codePoint = text[0];
            int consumed = 1;
            if (codePoint > BertCharacters.LastAscii)
            {
                Rune.DecodeFromUtf8(text, out Rune rune, out consumed);
                codePoint = rune.Value;
            }

            text = text[consumed..];
            if (IsWhiteSpace(codePoint))
            {
                words.EndWord();
            }
            else if (!IsDropped(codePoint))
            {
                bool standsAlone = IsChinese(codePoint);
                if (standsAlone)
                {
                    words.EndWord();
                }

                AddCharacter(codePoint, lowers, stripsAccents, ref words);
                if (standsAlone)
                {
                    words.EndWord();
                }
            }
        }

        words.EndWord();
    }

    private static void AddCharacter(int codePoint, bool lowers, bool stripsAccents, ref MarkedWords words)
    {
        int written = lowers ? BertCharacters.Lowered(codePoint) : codePoint;
        if (!stripsAccents || written <= BertCharacters.LastAscii)
        {
            AddPart(written, ref words);
            if (lowers && !stripsAccents && codePoint == 'İ')
            {
                AddPart(CombiningDotAbove, ref words);
            }

            return;
        }

        Span<int> form = stackalloc int[AccentlessForms.MaxLength];
        foreach (int part in form[..AccentlessForms.Write(written, form)])
        {
            AddPart(part, ref words);
        }
    }

    private static void AddPart(int codePoint, ref MarkedWords words)
    {
        if (BertCharacters.IsPunctuation(codePoint))
        {
            words.AddAlone(codePoint);
        }
        else
        {
            words.Add(codePoint);
        }
    }

    // Of the controls that part words elsewhere, only tab and line ends do here; the others are dropped.
    private static bool IsWhiteSpace(int codePoint) =>
        codePoint is '\t' or '\n' or '\r' || (UnicodeClasses.Of(codePoint) == UnicodeClass.Space && !IsControl(codePoint));

    private static bool IsDropped(int codePoint) =>
        IsControl(codePoint) || codePoint == Rune.ReplacementChar.Value || UnicodeClasses.Of(codePoint) == UnicodeClass.Other;

    private static bool IsControl(int codePoint) => codePoint is < ' ' or (>= 0x7F and < 0xA0);

    private static bool IsChinese(int codePoint) => BertCharacters.IsChinese(codePoint) || codePoint is >= 0x2B820 and < 0x2B920;
}
