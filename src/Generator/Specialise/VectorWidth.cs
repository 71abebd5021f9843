namespace ModelGen.Generator.Specialise;

/// <summary>The vector widths that kernels are specialised for, one an instruction set.</summary>
/// <param name="Name">Name of the instruction set as MODELGEN_ISA and the emitted code spell it.</param>
/// <param name="Bits">Bits of a vector.</param>
internal sealed record VectorWidth(string Name, int Bits)
{
    public static readonly VectorWidth Avx512 = new("Avx512", 512);
    public static readonly VectorWidth Avx2 = new("Avx2", 256);
    public static readonly VectorWidth Vector128 = new("Vector128", 128);

    /// <summary>Widest first: the order in which a process looks for what its processor has.</summary>
    public static readonly VectorWidth[] All = [Avx512, Avx2, Vector128];

    /// <summary>
    /// Whether some processors with vectors of this width have an instruction that adds the products of four bytes to a 32-bit lane, and
    /// others have not: ARM64. The kernels for both are one text, whose type argument TDot says which.
    /// </summary>
    public bool HasDotLevels => this == Vector128;

    /// <summary>32-bit lanes of a vector.</summary>
    public int Lanes => Bits / 32;

    /// <summary>Vectors that a strip's sixteen 32-bit rows take.</summary>
    public int Parts => 512 / Bits;
}
