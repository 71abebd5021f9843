using System.ComponentModel;
using ModelGen.Formats;

namespace ModelGen.CompilerServices;

/// <summary>The tables that kernels of the IQ formats look weights up in (see src/Abstractions/Formats/Grids/GridTables.cs).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class QuantizationGrids
{
    /// <summary>IQ2_XXS: two words of four columns an entry.</summary>
    public static int* Iq2Xxs => GridTables.Iq2Xxs;

    /// <summary>IQ2_XS: two words of four columns an entry.</summary>
    public static int* Iq2Xs => GridTables.Iq2Xs;

    /// <summary>IQ2_S: two words of four columns an entry.</summary>
    public static int* Iq2S => GridTables.Iq2S;

    /// <summary>IQ3_XXS: a word of four columns an entry.</summary>
    public static int* Iq3Xxs => GridTables.Iq3Xxs;

    /// <summary>IQ3_S: a word of four columns an entry.</summary>
    public static int* Iq3S => GridTables.Iq3S;

    /// <summary>IQ1_S and IQ1_M: two words of four columns an entry, eight times as large.</summary>
    public static int* Iq1S => GridTables.Iq1S;
}
