namespace ModelGen.Kernels;

/// <summary>One weight that is a part of an entry of a table (QuantizationGrids).</summary>
internal static unsafe class GridValue
{
    /// <summary>A column of an entry: of each four columns the middle two are exchanged.</summary>
    public static int Of(int* table, int columns, int entry, int column)
    {
        int own = column % columns;
        return ((sbyte*)table)[entry * columns + (own & 4) + (own & 1) * 2 + (own >> 1 & 1)];
    }

    /// <summary>Whether a column is negative by seven signs, the eighth of which makes the number of negative ones even.</summary>
    public static bool IsNegative(int seven, int column)
    {
        int parity = seven ^ seven >> 4;
        parity ^= parity >> 2;
        parity ^= parity >> 1;
        return (((seven | (parity & 1) << 7) >> column % 8) & 1) != 0;
    }
}
