using System;

namespace ModelGen.Tokenization.Unicode;

/// <summary>
/// Characters without their accents: what is left of their canonical decomposition (UAX #15, form D) when nonspacing marks (Mn) are taken
/// away. Other marks stay, such as the vowel signs of India's scripts, and a syllable of Hangul is its letters.
/// </summary>
/// <remarks>
/// Marks that are left stand in the order in which they were written. Form D would order some of them anew, none of which stand side by
/// side in any language.
/// </remarks>
internal static partial class AccentlessForms
{
    /// <summary>Most code points that one is left with.</summary>
    public const int MaxLength = 3;

    // UAX #15, Hangul: 19 leading consonants, 21 vowels, 27 trailing consonants or none.
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int FirstLeading = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int VowelCount = 21;
    private const int NoTrailing = 0x11A7;
    private const int TrailingCount = 28;

    /// <summary>Writes what is left of a code point.</summary>
    /// <param name="codePoint">From 0 to 0x10FFFF.</param>
    /// <param name="form">Room for <see cref="MaxLength"/> code points.</param>
    /// <returns>How many were written; none for an accent.</returns>
    public static int Write(int codePoint, Span<int> form)
    {
        if (codePoint is >= FirstSyllable and <= LastSyllable)
        {
            int index = codePoint - FirstSyllable;
            int trailing = index % TrailingCount;
            form[0] = FirstLeading + index / (VowelCount * TrailingCount);
            form[1] = FirstVowel + index / TrailingCount % VowelCount;
            form[2] = NoTrailing + trailing;
            return trailing == 0 ? 2 : 3;
        }

        int composed = Composed.BinarySearch(codePoint);
        if (composed >= 0)
        {
            int start = composed == 0 ? 0 : PartEnds[composed - 1];
            ReadOnlySpan<int> parts = Parts[start..PartEnds[composed]];
            parts.CopyTo(form);
            return parts.Length;
        }

        form[0] = CanonicalBases.Of(codePoint);
        return IsAccent(form[0]) ? 0 : 1;
    }

    // Mn: the marks that are not Mc or Me.
    private static bool IsAccent(int codePoint)
    {
        if (UnicodeClasses.Of(codePoint) != UnicodeClass.Mark)
        {
            return false;
        }

        int index = SpacingStarts.BinarySearch(codePoint);
        index = index < 0 ? ~index - 1 : index;
        return index < 0 || codePoint > SpacingEnds[index];
    }
}
