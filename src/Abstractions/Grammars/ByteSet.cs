using System;
using System.Collections.Generic;

namespace ModelGen.Grammars;

/// <summary>A set of bytes.</summary>
internal readonly struct ByteSet : IEquatable<ByteSet>
{
    // Bit b of the four words, low one first, says whether byte b is in the set.
    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;

    private ByteSet(ulong word0, ulong word1, ulong word2, ulong word3)
    {
        _word0 = word0;
        _word1 = word1;
        _word2 = word2;
        _word3 = word3;
    }

    /// <summary>No byte.</summary>
    public static ByteSet Empty => default;

    /// <summary>Every byte.</summary>
    public static ByteSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (_word0 | _word1 | _word2 | _word3) == 0;

    /// <summary>Number of bytes in the set.</summary>
    public int Count => CountOf(_word0) + CountOf(_word1) + CountOf(_word2) + CountOf(_word3);

    /// <summary>The only byte of the set, or null where there is none or another one.</summary>
    public byte? Only
    {
        get
        {
            ulong word = _word0 | _word1 | _word2 | _word3;
            if (Count != 1)
            {
                return null;
            }

            int value = _word0 != 0 ? 0 : _word1 != 0 ? 64 : _word2 != 0 ? 128 : 192;
            for (; word != 1; word >>= 1)
            {
                value++;
            }

            return (byte)value;
        }
    }

    /// <summary>One byte.</summary>
    public static ByteSet Of(byte value) => Range(value, value);

    /// <summary>The bytes from <paramref name="first"/> to <paramref name="last"/>, both among them.</summary>
    public static ByteSet Range(byte first, byte last)
    {
        return new ByteSet(Word(0), Word(64), Word(128), Word(192));

        ulong Word(int start)
        {
            int from = Math.Max(first - start, 0);
            int to = Math.Min(last - start, 63);
            return from > to ? 0 : ulong.MaxValue >> (63 - (to - from)) << from;
        }
    }

    public bool Contains(byte value) => ((value >> 6) switch
    {
        0 => _word0,
        1 => _word1,
        2 => _word2,
        _ => _word3,
    } >> (value & 63) & 1) != 0;

    /// <summary>The set as ranges, in order, that do not touch.</summary>
    public List<(byte First, byte Last)> Ranges()
    {
        List<(byte First, byte Last)> ranges = [];
        int first = -1;
        Add(_word0, 0);
        Add(_word1, 64);
        Add(_word2, 128);
        Add(_word3, 192);
        if (first >= 0)
        {
            ranges.Add(((byte)first, byte.MaxValue));
        }

        return ranges;

        void Add(ulong word, int start)
        {
            if (word == (first < 0 ? 0 : ulong.MaxValue))
            {
                return;
            }

            for (int bit = 0; bit < 64; bit++)
            {
                bool isIn = (word >> bit & 1) != 0;
                if (isIn && first < 0)
                {
                    first = start + bit;
                }
                else if (!isIn && first >= 0)
                {
                    ranges.Add(((byte)first, (byte)(start + bit - 1)));
                    first = -1;
                }
            }
        }
    }

    public static ByteSet operator |(ByteSet left, ByteSet right) =>
        new(left._word0 | right._word0, left._word1 | right._word1, left._word2 | right._word2, left._word3 | right._word3);

    public static ByteSet operator &(ByteSet left, ByteSet right) =>
        new(left._word0 & right._word0, left._word1 & right._word1, left._word2 & right._word2, left._word3 & right._word3);

    /// <summary>The bytes that are not in the set.</summary>
    public static ByteSet operator ~(ByteSet set) => new(~set._word0, ~set._word1, ~set._word2, ~set._word3);

    public static bool operator ==(ByteSet left, ByteSet right) => left.Equals(right);

    public static bool operator !=(ByteSet left, ByteSet right) => !left.Equals(right);

    public bool Equals(ByteSet other) =>
        _word0 == other._word0 && _word1 == other._word1 && _word2 == other._word2 && _word3 == other._word3;

    public override bool Equals(object? obj) => obj is ByteSet other && Equals(other);

    // .NET Standard has no instruction for it.
    private static int CountOf(ulong word)
    {
        int count = 0;
        for (; word != 0; word &= word - 1)
        {
            count++;
        }

        return count;
    }

    public override int GetHashCode() => unchecked((((((_word0 * 31) + _word1) * 31) + _word2) * 31) + _word3).GetHashCode();
}
