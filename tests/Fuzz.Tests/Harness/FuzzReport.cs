using System;
using System.Collections.Generic;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>What a run found.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Accepted">Cases that were accepted.</param>
/// <param name="Refused">Cases that were refused.</param>
/// <param name="Elapsed">What it took.</param>
/// <param name="Slowest">The longest case.</param>
/// <param name="MostAllocated">Bytes that a case allocated at most.</param>
/// <param name="Failures">Faults, one of each kind, with what makes the case again.</param>
internal sealed record FuzzReport(
    string Target, int Accepted, int Refused, TimeSpan Elapsed, TimeSpan Slowest, long MostAllocated, IReadOnlyList<string> Failures)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Target}: {Accepted} accepted, {Refused} refused, {Failures.Count} faults in {Elapsed.TotalSeconds:F1} s; slowest {Slowest.TotalMilliseconds:F1} ms, most allocated {MostAllocated} bytes");
}
