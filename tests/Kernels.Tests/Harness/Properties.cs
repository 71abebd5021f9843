using System;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace ModelGen.Kernels.Harness;

/// <summary>
/// Properties over generated cases. A failure names the case and FsCheck's seed; MODELGEN_TEST_REPLAY="seed,gamma" runs exactly it again.
/// MODELGEN_TEST_CASES is the percentage of the usual number of cases, 100 where it is not set: few on an emulator, more by hand.
/// </summary>
internal static class Properties
{
    private const string ReplayVariable = "MODELGEN_TEST_REPLAY";
    private const string CasesVariable = "MODELGEN_TEST_CASES";

    private static readonly int Percentage =
        int.Parse(Environment.GetEnvironmentVariable(CasesVariable) ?? "100", NumberStyles.None, CultureInfo.InvariantCulture);

    public static void Hold<T>(Gen<T> cases, int count, Action<T> property)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Math.Max(1, count * Percentage / 100)).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable(ReplayVariable) is { } replay)
        {
            string[] numbers = replay.Split(',');
            var seed = new Rnd(
                ulong.Parse(numbers[0], CultureInfo.InvariantCulture), ulong.Parse(numbers[1], CultureInfo.InvariantCulture));
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(seed, FSharpOption<int>.None)));
        }

        Prop.ForAll(Arb.From(cases), property).Check(config);
    }

    /// <summary>Any 32-bit seed.</summary>
    public static Gen<int> Seeds => Gen.Choose(int.MinValue, int.MaxValue);
}
