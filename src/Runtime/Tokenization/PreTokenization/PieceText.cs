using System;

namespace ModelGen.Tokenization.PreTokenization;

/// <summary>A piece of a text, as a rule sees it: nothing lies behind its end.</summary>
internal readonly ref struct PieceText(ReadOnlySpan<byte> codes, ReadOnlySpan<int> codePoints)
{
    private readonly ReadOnlySpan<byte> _codes = codes;
    private readonly ReadOnlySpan<int> _codePoints = codePoints;

    /// <summary>Code points of the piece.</summary>
    public int Length => _codes.Length;

    /// <summary>The code of a character (<see cref="CharacterCodes"/>): ASCII as it is.</summary>
    public byte this[int position] => position < _codes.Length ? _codes[position] : CharacterCodes.End;

    /// <summary>The code point at a position; −1 behind the end, U+000B for any white space beyond ASCII.</summary>
    public int CodePoint(int position) => position < _codePoints.Length ? _codePoints[position] : -1;

    public CharacterFlags Flags(int position) => CharacterCodes.FlagsOf(this[position]);

    public bool Has(int position, CharacterFlags any) => (Flags(position) & any) != 0;

    /// <summary>Whether there is a character that has none of the flags.</summary>
    public bool Lacks(int position, CharacterFlags all)
    {
        CharacterFlags flags = Flags(position);
        return flags != CharacterFlags.None && (flags & all) == 0;
    }

    /// <summary>The first position from <paramref name="position"/> on whose character has none of the flags.</summary>
    public int SkipWhile(int position, CharacterFlags any)
    {
        while (Has(position, any))
        {
            position++;
        }

        return position;
    }

    /// <summary>How many characters from <paramref name="position"/> on have one of the flags, counted up to a maximum.</summary>
    public int CountUpTo(int maximum, int position, CharacterFlags any)
    {
        int count = 0;
        while (count < maximum && Has(position + count, any))
        {
            count++;
        }

        return count;
    }

    /// <summary>The first position from <paramref name="position"/> on that is the end or has one of the flags.</summary>
    public int SkipUntil(int position, CharacterFlags any)
    {
        while (Lacks(position, any))
        {
            position++;
        }

        return position;
    }
}
