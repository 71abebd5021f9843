namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Random numbers that are the same on every machine and in every version of .NET, which neither System.Random nor the system's logarithms
/// and cosines are: SplitMix64, and nothing but sums and products of its numbers.
/// </summary>
/// <param name="name">What is drawn; another name gives other numbers.</param>
internal sealed class RepeatableRandom(string name)
{
    private ulong _state = Hash(name);

    public ulong NextUInt64()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ _state >> 30) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
            return mixed ^ mixed >> 31;
        }
    }

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count) => (int)((NextUInt64() >> 32) * (ulong)count >> 32);

    /// <summary>A number from 0 to 1, of the latter a little less.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number about 0 with a deviation of 1: the sum of four uniform ones, whose curve is near enough to Gauss's bell.</summary>
    public double NextBell()
    {
        const double RootOfThree = 1.7320508075688772;
        ulong bits = NextUInt64();
        ulong sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
        return (sum * (1.0 / 0xFFFF) - 2) * RootOfThree;
    }

    // FNV-1a over the characters.
    private static ulong Hash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char character in name)
        {
            hash = unchecked((hash ^ character) * 0x100000001B3);
        }

        return hash;
    }
}
