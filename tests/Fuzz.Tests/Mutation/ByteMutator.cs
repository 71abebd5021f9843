using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>
/// Changes bytes: single bits, bytes and little-endian numbers of interesting values at aligned and unaligned places, cuts, insertions,
/// repeats, swaps of ranges, and parts of other seeds.
/// </summary>
/// <param name="keepsLength">Most inputs keep their length: formats whose parts have no marks are nonsense behind a byte more or less.</param>
internal sealed class ByteMutator(bool keepsLength = false) : IMutator
{
    private const int MostChanges = 6;
    private const int MostRepeats = 16;
    private const int LongestRange = 64;
    private const int LongestInput = 64 * 1024;

    private static readonly byte[] Values = [0, 255, 127, 128];

    /// <inheritdoc/>
    public byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        byte[] input = [.. seeds[random.Next(seeds.Count)]];
        bool staysInPlace = keepsLength && random.Next(4) != 0;
        int changes = 0;
        do
        {
            input = staysInPlace ? ChangeInPlace(input, random) : Change(input, seeds, random);
        }
        while (++changes < MostChanges && random.Next(2) == 0);

        return input.Length <= LongestInput ? input : input[..LongestInput];
    }

    /// <summary>One change.</summary>
    /// <param name="input">May be changed in place.</param>
    /// <param name="seeds">What parts may come from.</param>
    /// <param name="random">Decides everything.</param>
    public static byte[] Change(byte[] input, IReadOnlyList<byte[]> seeds, Random random)
    {
        if (input.Length == 0)
        {
            return [.. seeds[random.Next(seeds.Count)]];
        }

        int at = random.Next(input.Length);
        int length = Math.Min(random.Next(1, LongestRange), input.Length - at);
        return random.Next(10) switch
        {
            0 => random.Next(4) == 0 ? input[..at] : [.. input[..at], .. input[(at + length)..]],
            1 => [.. input[..at], .. Noise(length, random), .. input[at..]],
            2 => Repeat(input, at, length, random.Next(1, MostRepeats)),
            3 => Splice(input, at, seeds[random.Next(seeds.Count)], random),
            _ => ChangeInPlace(input, random),
        };
    }

    private static byte[] ChangeInPlace(byte[] input, Random random)
    {
        if (input.Length == 0)
        {
            return input;
        }

        int at = random.Next(input.Length);
        switch (random.Next(8))
        {
            case 0 or 1:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                input[at] = random.Next(2) == 0 ? Values[random.Next(Values.Length)] : (byte)random.Next(256);
                break;
            case 3 or 4:
                Write(input, at, sizeof(int), random);
                break;
            case 5 or 6:
                Write(input, at, sizeof(long), random);
                break;
            default:
                Swap(input, at, Math.Min(random.Next(1, LongestRange), input.Length - at), random);
                break;
        }

        return input;
    }

    /// <summary>Writes an interesting number at or near a place.</summary>
    private static void Write(byte[] input, int at, int width, Random random)
    {
        if (input.Length < width)
        {
            return;
        }

        // Numbers lie on multiples of their width in packed files, and anywhere behind the texts of other formats.
        int place = Math.Min(random.Next(2) == 0 ? at / width * width : at, input.Length - width);
        long number = InterestingNumbers.Next(random);
        if (width == sizeof(int))
        {
            BinaryPrimitives.WriteInt32LittleEndian(input.AsSpan(place), unchecked((int)number));
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(input.AsSpan(place), number);
        }
    }

    private static byte[] Noise(int length, Random random)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Repeat(byte[] input, int at, int length, int times)
    {
        byte[] repeated = new byte[input.Length + length * times];
        input.AsSpan(0, at).CopyTo(repeated);
        for (int i = 0; i < times; i++)
        {
            input.AsSpan(at, length).CopyTo(repeated.AsSpan(at + i * length));
        }

        input.AsSpan(at).CopyTo(repeated.AsSpan(at + times * length));
        return repeated;
    }

    /// <summary>Swaps two ranges of equal length that do not meet.</summary>
    private static void Swap(byte[] input, int at, int length, Random random)
    {
        int other = random.Next(input.Length - length + 1);
        if (Math.Abs(other - at) >= length)
        {
            byte[] range = input[at..(at + length)];
            input.AsSpan(other, length).CopyTo(input.AsSpan(at));
            range.CopyTo(input, other);
        }
    }

    /// <summary>The start of one input and the end of another.</summary>
    private static byte[] Splice(byte[] input, int at, byte[] other, Random random) =>
        [.. input[..at], .. other[Math.Min(other.Length, random.Next(2) == 0 ? at : random.Next(other.Length + 1))..]];
}
