using System;

namespace ModelGen.Tokenization.Unicode;

/// <summary>
/// The first code point of each canonical decomposition (UAX #15, form D): a letter without its accents. Part of the program, because
/// programs without globalization data cannot normalise text.
/// </summary>
internal static partial class CanonicalBases
{
    // À, the first letter that decomposes.
    private const int First = 0xC0;

    /// <summary>The base of a code point: itself where it does not decompose.</summary>
    public static int Of(int codePoint)
    {
        if (codePoint < First)
        {
            return codePoint;
        }

        int index = Firsts.BinarySearch(codePoint);
        if (index < 0)
        {
            index = ~index - 1;
        }

        return index >= 0 && codePoint <= Lasts[index] ? Bases[index] : codePoint;
    }
}
