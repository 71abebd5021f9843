using System.Linq;
using System.Runtime.Intrinsics.Arm;
using ModelGen.Generator.Specialise;
using Xunit;

namespace ModelGen.Kernels.Harness;

/// <summary>What the integer kernels are specialised for: a vector width, with dot products of bytes or without.</summary>
/// <param name="Width">Vector width.</param>
/// <param name="HasDot">
/// The kernels' constant of that name. Emitted code has it true on ARM64 only; every width has the operations, so that the algorithm is
/// tested on any processor.
/// </param>
internal sealed record Level(VectorWidth Width, bool HasDot)
{
    public string Name => Width.Name + (HasDot ? "Dot" : "");

    /// <summary>The constant for a request.</summary>
    public (string Name, object Value) Constant => (KernelFile.DotConstant, HasDot);
}

/// <summary>The levels as test data, and which of them this process can run.</summary>
public static class Levels
{
    public static string[] Names => [.. All.Select(level => level.Name)];

    private static Level[] All => [.. VectorWidth.All.SelectMany(width => new[] { new Level(width, HasDot: false), new Level(width, HasDot: true) })];

    /// <summary>The level of a name; skips the test where the processor lacks its instructions.</summary>
    internal static Level Require(string name)
    {
        Level level = All.Single(level => level.Name == name);
        Widths.Require(level.Width.Name);
        Assert.SkipUnless(!AdvSimd.IsSupported || !level.HasDot || Dp.IsSupported, "This processor has no dot products of bytes.");
        return level;
    }
}
