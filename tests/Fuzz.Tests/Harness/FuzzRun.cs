using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>
/// Runs a target over mutated inputs. A case fails where anything but a declared exception is thrown, where it takes longer than the target says, or
/// where it allocates more than the target says.
/// </summary>
/// <remarks>
/// Each case is a function of the seed and its number. What takes long or allocates much is tried again, and the best of a few runs counts: the
/// first run of a method is compiled, and the machine may be busy with something else.
/// </remarks>
/// <param name="target">The target.</param>
/// <param name="seed">Which cases.</param>
internal sealed class FuzzRun(IFuzzTarget target, int seed)
{
    // As on Windows: nesting that the format allows must fit.
    private const int StackBytes = 1 << 20;
    private const int MostFailures = 10;
    private const int Attempts = 5;

    // Far beyond any case: it hangs.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly int[] _outcomes = new int[2];
    private TimeSpan _slowest;
    private long _mostAllocated;
    private int _number;
    private byte[] _input = [];

    /// <summary>Tries the seeds, then a number of mutated inputs.</summary>
    public FuzzReport Execute(int cases)
    {
        long start = Stopwatch.GetTimestamp();
        Thread thread = new(() => RunGuarded(cases), StackBytes) { IsBackground = true, Name = target.Name };
        thread.Start();
        while (!thread.Join(LastPatience))
        {
            int number = Volatile.Read(ref _number);
            if (thread.Join(LastPatience))
            {
                break;
            }

            if (Volatile.Read(ref _number) == number)
            {
                _failures["hang"] = Describe(number, _input, "does not come to an end");
                break;
            }
        }

        return new FuzzReport(
            target.Name, _outcomes[(int)FuzzOutcome.Accepted], _outcomes[(int)FuzzOutcome.Refused], Stopwatch.GetElapsedTime(start), _slowest,
            _mostAllocated, [.. _failures.Values]);
    }

    private void RunGuarded(int cases)
    {
        try
        {
            RunAll(cases);
        }
        catch (Exception error)
        {
            // The run itself: making the seeds, mutating.
            _failures.TryAdd("run", Describe(_number, _input, $"is where the run threw {error}"));
        }
    }

    private void RunAll(int cases)
    {
        using LastInput last = new(target.Name);
        foreach (byte[] input in target.Seeds)
        {
            Try(-1, input, last);
        }

        Array.Clear(_outcomes);
        (_slowest, _mostAllocated) = (TimeSpan.Zero, 0);
        for (int number = 0; number < cases && _failures.Count < MostFailures; number++)
        {
            Try(number, target.Mutator.Mutate(target.Seeds, new Random(SeedOf(number))), last);
        }
    }

    private void Try(int number, byte[] input, LastInput last)
    {
        _input = input;
        Volatile.Write(ref _number, number);
        last.Write(input);
        try
        {
            (FuzzOutcome outcome, TimeSpan elapsed, long allocated) = Measure(input);
            long most = target.MostAllocatedBytes(input.Length);
            for (int again = 1; again < Attempts && (elapsed > target.Patience || allocated > most); again++)
            {
                (_, TimeSpan nextElapsed, long nextAllocated) = Measure(input);
                elapsed = nextElapsed < elapsed ? nextElapsed : elapsed;
                allocated = Math.Min(nextAllocated, allocated);
            }

            if (elapsed > target.Patience)
            {
                _failures.TryAdd("time", Describe(number, input, $"took {elapsed.TotalSeconds:F2} s"));
            }

            if (allocated > most)
            {
                _failures.TryAdd("memory", Describe(number, input, $"allocated {allocated} bytes, where at most {most} are allowed"));
            }

            _outcomes[(int)outcome]++;
            _slowest = elapsed > _slowest ? elapsed : _slowest;
            _mostAllocated = Math.Max(_mostAllocated, allocated);
        }
        catch (Exception error)
        {
            _failures.TryAdd(PlaceOf(error), Describe(number, input, $"threw {error}"));
        }
    }

    private (FuzzOutcome Outcome, TimeSpan Elapsed, long Allocated) Measure(byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        FuzzOutcome outcome = target.Run(input);
        return (outcome, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private string Describe(int number, byte[] input, string what) =>
        $"{target.Name}, {(number < 0 ? "a valid input" : $"case {number} of seed {seed}")}, {what}\n{input.Length} bytes: {Convert.ToBase64String(input)}";

    /// <summary>What tells kinds of faults apart: the exception and where it was thrown.</summary>
    private static string PlaceOf(Exception error) =>
        error.GetType().Name + string.Concat((error.StackTrace ?? "").Split('\n').Where(line => line.Contains("ModelGen", StringComparison.Ordinal)).Take(1));

    /// <summary>Mixed (the finalizer of MurmurHash3): neighbouring seeds of <see cref="Random"/> begin alike.</summary>
    private int SeedOf(int number)
    {
        uint mixed = unchecked((uint)number * 0x9E3779B1 + (uint)seed * 0x85EBCA77);
        mixed = unchecked((mixed ^ (mixed >> 16)) * 0x85EBCA6B);
        mixed = unchecked((mixed ^ (mixed >> 13)) * 0xC2B2AE35);
        return (int)(mixed ^ (mixed >> 16));
    }
}
