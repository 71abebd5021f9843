using System;
using System.Linq;
using System.Runtime.Intrinsics.X86;
using ModelGen.Generator.Specialise;
using Xunit;

namespace ModelGen.Kernels.Harness;

/// <summary>The vector widths as test data, and which of them this process can run.</summary>
public static class Widths
{
    /// <summary>Set for the child processes that run the tests of one width on a processor whose wider sets are turned off.</summary>
    public const string OnlyVariable = "MODELGEN_TEST_WIDTH";

    /// <summary>Trait of tests that are the same at every width, and need not run again in the child processes.</summary>
    public const string IndependentTrait = "IndependentOfWidth";

    public static TheoryData<string> Names => new(VectorWidth.All.Select(width => width.Name));

    /// <summary>The width that this process is restricted to, or null.</summary>
    public static string? Only => Environment.GetEnvironmentVariable(OnlyVariable);

    /// <summary>The width of a name; skips the test where the processor lacks its instructions.</summary>
    internal static VectorWidth Require(string name)
    {
        VectorWidth width = VectorWidth.All.Single(width => width.Name == name);
        Assert.SkipUnless(IsSupported(width), $"This processor does not run {name}.");
        Assert.SkipUnless(Only == null || Only == name, $"This process only tests {Only}.");
        return width;
    }

    internal static bool IsSupported(VectorWidth width) => width.Bits switch
    {
        512 => Avx512F.IsSupported && Avx512BW.IsSupported,
        256 => Avx2.IsSupported,
        _ => true,
    };
}
