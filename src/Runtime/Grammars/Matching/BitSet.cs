using System;
using System.Numerics;

namespace ModelGen.Grammars.Matching;

/// <summary>A set of small numbers, compared by what it holds.</summary>
internal readonly struct BitSet : IEquatable<BitSet>
{
    private readonly ulong[] _words;

    private BitSet(ulong[] words) => _words = words;

    /// <summary>The set of no number.</summary>
    /// <param name="capacity">Numbers are smaller.</param>
    public static BitSet Empty(int capacity) => new(new ulong[(capacity + 63) / 64]);

    public bool Contains(int number) => (_words[number >> 6] >> number & 1) != 0;

    /// <summary>The only number of the set, or null where there is none or another one.</summary>
    public int? Only
    {
        get
        {
            int? only = null;
            for (int index = 0; index < _words.Length; index++)
            {
                if (_words[index] != 0)
                {
                    if (only is not null || !BitOperations.IsPow2(_words[index]))
                    {
                        return null;
                    }

                    only = (index * 64) + BitOperations.TrailingZeroCount(_words[index]);
                }
            }

            return only;
        }
    }

    /// <summary>The set with one more number.</summary>
    public BitSet With(int number)
    {
        ulong[] words = (ulong[])_words.Clone();
        words[number >> 6] |= 1UL << number;
        return new BitSet(words);
    }

    /// <summary>Whether the two have a number in common.</summary>
    public bool Meets(BitSet other)
    {
        for (int index = 0; index < _words.Length; index++)
        {
            if ((_words[index] & other._words[index]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    public static BitSet operator &(BitSet left, BitSet right)
    {
        ulong[] words = new ulong[left._words.Length];
        for (int index = 0; index < words.Length; index++)
        {
            words[index] = left._words[index] & right._words[index];
        }

        return new BitSet(words);
    }

    public static BitSet operator |(BitSet left, BitSet right)
    {
        ulong[] words = new ulong[left._words.Length];
        for (int index = 0; index < words.Length; index++)
        {
            words[index] = left._words[index] | right._words[index];
        }

        return new BitSet(words);
    }

    public bool Equals(BitSet other) => _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => obj is BitSet other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ulong word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }
}
