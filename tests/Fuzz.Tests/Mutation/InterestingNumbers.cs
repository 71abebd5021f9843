using System;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>Numbers at the edges of what counts, lengths, offsets and ids may be.</summary>
internal static class InterestingNumbers
{
    private const int Bits = 64;

    private static readonly long[] Special = [0, 1, -1, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>0, ±1, the largest and smallest of each width, powers of two and their neighbours, small numbers.</summary>
    public static long Next(Random random) => random.Next(4) switch
    {
        0 => Special[random.Next(Special.Length)],
        1 => random.Next(256),
        _ => unchecked((1L << random.Next(Bits)) + random.Next(-1, 2)),
    };
}
