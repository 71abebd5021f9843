using System.Collections.Generic;

namespace ModelGen.Vocabularies;

/// <summary>Byte arrays by their content.</summary>
internal sealed class ByteStrings : IEqualityComparer<byte[]>, IComparer<byte[]>
{
    private ByteStrings()
    {
    }

    public static ByteStrings Comparer { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Compare(x, y) == 0);

    public int Compare(byte[]? x, byte[]? y)
    {
        for (int i = 0; i < x!.Length && i < y!.Length; i++)
        {
            if (x[i] != y[i])
            {
                return x[i].CompareTo(y[i]);
            }
        }

        return x.Length.CompareTo(y!.Length);
    }

    public unsafe int GetHashCode(byte[] bytes)
    {
        fixed (byte* first = bytes)
        {
            return unchecked((int)VocabularySection.Hash(first, bytes.Length));
        }
    }
}
