using System;
using System.Globalization;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>How much is tried, and what: from the environment, so that a longer run needs no change.</summary>
internal static class FuzzSettings
{
    private const int DefaultCases = 50_000;
    private const int Shares = 1000;

    /// <summary>MODELGEN_FUZZ_CASES: cases of all targets together.</summary>
    public static int Cases { get; } = Setting("MODELGEN_FUZZ_CASES", DefaultCases);

    /// <summary>MODELGEN_FUZZ_SEED: which cases.</summary>
    public static int Seed { get; } = Setting("MODELGEN_FUZZ_SEED", 1);

    /// <summary>Cases of a target.</summary>
    public static int CasesOf(IFuzzTarget target) => (int)Math.Max(1, (long)Cases * target.Share / Shares);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
