namespace ModelGen.Compare.Building;

/// <summary>A way in which our program is compiled.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="IlcInstructionSet">What NativeAOT compiles for; null for a program that the JIT compiles.</param>
internal sealed record Variant(string Name, string? IlcInstructionSet)
{
    /// <summary>The JIT of .NET 10, which compiles for the processor that it runs on.</summary>
    public static Variant Jit { get; } = new("JIT", null);

    /// <summary>NativeAOT of .NET 10 for processors with AVX2, and for those with AVX-512.</summary>
    public static Variant[] Aot { get; } = [new("AOT v3", "x86-64-v3"), new("AOT v4", "x86-64-v4")];

    public bool IsAot => IlcInstructionSet is not null;
}
