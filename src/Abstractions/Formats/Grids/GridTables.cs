using System.Runtime.InteropServices;

namespace ModelGen.Formats;

/// <summary>
/// The tables of <see cref="GridEntries"/> as kernels look them up: a signed byte a column, of each four columns the middle two exchanged,
/// so that the even bytes and the odd bytes of a 32-bit word are two columns that follow each other. They are made when one is first used,
/// and stay.
/// </summary>
internal static unsafe class GridTables
{
    /// <summary>IQ2_XXS, [256][8].</summary>
    public static readonly int* Iq2Xxs = Expand(GridEntries.Iq2Xxs, 8, [8, 25, 43]);

    /// <summary>IQ2_XS, [512][8].</summary>
    public static readonly int* Iq2Xs = Expand(GridEntries.Iq2Xs, 8, [8, 25, 43]);

    /// <summary>IQ2_S, [1024][8].</summary>
    public static readonly int* Iq2S = Expand(GridEntries.Iq2S, 8, [8, 25, 43]);

    /// <summary>IQ3_XXS, [256][4].</summary>
    public static readonly int* Iq3Xxs = Expand(GridEntries.Iq3Xxs, 4, [4, 12, 20, 28, 36, 44, 52, 62]);

    /// <summary>IQ3_S, [512][4].</summary>
    public static readonly int* Iq3S = Expand(GridEntries.Iq3S, 4, [1, 3, 5, 7, 9, 11, 13, 15]);

    /// <summary>IQ1_S and IQ1_M, [2048][8]: eight times -1, 0 or 1, to which a kernel adds the block's ±1.</summary>
    public static readonly int* Iq1S = Expand(GridEntries.Iq1S, 8, [-8, 0, 8]);

    /// <summary>A column of an entry.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Columns of an entry: 4 or 8.</param>
    /// <param name="entry">Which entry.</param>
    /// <param name="column">Which of its columns.</param>
    public static sbyte Value(int* table, int columns, int entry, int column) => ((sbyte*)table)[entry * columns + PlaceOf(column)];

    private static int PlaceOf(int column) => (column & ~3) | (column & 1) << 1 | (column >> 1 & 1);

    private static int* Expand(ushort[] entries, int columns, sbyte[] levels)
    {
        int bits = columns == 8 ? 2 : 3;
        sbyte* table = (sbyte*)Marshal.AllocHGlobal(entries.Length * columns);
        for (int entry = 0; entry < entries.Length; entry++)
        {
            for (int column = 0; column < columns; column++)
            {
                table[entry * columns + PlaceOf(column)] = levels[entries[entry] >> (column * bits) & ((1 << bits) - 1)];
            }
        }

        return (int*)table;
    }
}
