using System.Linq;
using System.Runtime.Intrinsics.Arm;
using ModelGen.Generator.Specialise;
using Xunit;

namespace ModelGen.Kernels.Harness;

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
