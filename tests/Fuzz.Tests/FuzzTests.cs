using System;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Targets;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests;

/// <summary>
/// Whatever comes from outside is accepted or refused with what is declared, within a second and bounded memory (docs/security.md).
/// MODELGEN_FUZZ_CASES is how many inputs are tried in all, MODELGEN_FUZZ_SEED which.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void EveryInputIsAcceptedOrRefused(string name)
    {
        IFuzzTarget target = FuzzTargets.Create(name);
        try
        {
            FuzzReport report = new FuzzRun(target, FuzzSettings.Seed).Execute(FuzzSettings.CasesOf(target));
            output.WriteLine(report.ToString());
            report.Failures.ShouldBeEmpty();

            // Where nothing is accepted, or nothing refused, the mutations do not reach what they are for.
            report.Accepted.ShouldBePositive();
            report.Refused.ShouldBePositive();
        }
        finally
        {
            (target as IDisposable)?.Dispose();
        }
    }
}
