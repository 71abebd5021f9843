using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Compares arrays of integers by what they hold.</summary>
internal sealed class IntegersComparer : IEqualityComparer<int[]>
{
    public static IntegersComparer Instance { get; } = new();

    public bool Equals(int[]? x, int[]? y)
    {
        if (x is null || y is null || x.Length != y.Length)
        {
            return x == y;
        }

        for (int index = 0; index < x.Length; index++)
        {
            if (x[index] != y[index])
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(int[] obj)
    {
        uint hash = 17;
        foreach (int value in obj)
        {
            hash = unchecked((hash ^ (uint)value) * 0x9E3779B1);
            hash ^= hash >> 15;
        }

        return unchecked((int)hash);
    }
}
