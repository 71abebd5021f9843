namespace ModelGen.Formats;

/// <summary>Signs of eight columns in seven bits: the eighth makes the number of negative ones even.</summary>
internal static class EvenSigns
{
    /// <summary>-1 or 1 for a column from 0 to 7.</summary>
    public static int Of(int seven, int column)
    {
        int parity = seven ^ seven >> 4;
        parity ^= parity >> 2;
        parity ^= parity >> 1;
        return ((((seven & 127) | (parity & 1) << 7) >> column) & 1) == 0 ? 1 : -1;
    }
}
