using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>The worker pool: what a step costs, alone and with other processes on the same cores, against a pool with a static split.</summary>
internal static unsafe class WorkersBenchmark
{
    /// <summary>The verb of a process that only burns time.</summary>
    public const string BusyVerb = "busy";

    private const int Chunks = 16;
    private static readonly int[] BusyProcesses = [0, 1, 2, 4];
    private static readonly TimeSpan ChunkTime = TimeSpan.FromMicroseconds(5);

    public static void Run(int threads)
    {
        int threadCount = threads > 0 ? threads : new LoadOptions().EffectiveThreadCount;
        using var pool = new WorkerPool(threadCount);
        Console.WriteLine($"{threadCount} threads of {Environment.ProcessorCount} processors");
        Step step = default;
        void* state = &step;

        Measure.Print("empty step of 2 chunks", $"{EmptyStep(2),9:F0} ns");
        Measure.Print("empty step of 8 chunks", $"{EmptyStep(8),9:F0} ns");
        Measure.Print("empty step of 16 chunks", $"{EmptyStep(16),9:F0} ns");
        Measure.Print("woken from parked: until the other thread works", $"{WakeMicroseconds(pool),9:F1} us");
        Measure.Print("processor time of the idle pool in one second", $"{IdleMilliseconds(),9:F2} ms");

        step.Spins = Calibrate();
        foreach (int busy in BusyProcesses)
        {
            Process[] others = [.. Enumerable.Range(0, busy).Select(_ => Process.Start(Environment.ProcessPath!, BusyVerb))];
            try
            {
                Thread.Sleep(others.Length == 0 ? 0 : 500);
                nint address = (nint)state;
                Distribution dynamic = Distribute(() => pool.Run(&Spin, (void*)address, Chunks));

                // Its threads spin while they wait, so that it must not be there while the other is measured.
                using var split = new StaticPool(threadCount);
                Distribution fixedSplit = Distribute(() => split.Run(&Spin, (void*)address, Chunks));
                string name = $"16 chunks of 5 us, {busy} busy processes";
                Measure.Print(name + ", dynamic", dynamic.ToFormattable());
                Measure.Print(name + ", static", fixedSplit.ToFormattable());
            }
            finally
            {
                foreach (Process other in others)
                {
                    other.Kill();
                    other.WaitForExit();
                }
            }
        }

        double EmptyStep(int chunks) => StepNanoseconds(() => pool.Run(&Nothing, null, chunks), 100_000);
    }

    /// <summary>What the processes beside do.</summary>
    public static void Burn()
    {
        for (; ;)
        {
            Spend(1000);
        }
    }

    private static double StepNanoseconds(Action step, int steps)
    {
        TimeSpan time = Measure.Median(5, () =>
        {
            for (int i = 0; i < steps; i++)
            {
                step();
            }
        });
        return time.TotalNanoseconds / steps;
    }

    private static double WakeMicroseconds(WorkerPool pool)
    {
        var times = new double[50];
        for (int i = 0; i < times.Length; i++)
        {
            Thread.Sleep(5);
            Wake wake = new() { Caller = Environment.CurrentManagedThreadId, Start = Stopwatch.GetTimestamp() };
            pool.Run(&NoteStart, &wake, 2);
            times[i] = Stopwatch.GetElapsedTime(wake.Start, wake.Woken).TotalMicroseconds;
        }

        return times.Order().ElementAt(times.Length / 2);
    }

    private static double IdleMilliseconds()
    {
        Thread.Sleep(50);
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(1000);
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
    }

    private static Distribution Distribute(Action step)
    {
        step();
        var times = new double[1500];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times.Length; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            step();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        double mean = Stopwatch.GetElapsedTime(start).TotalMicroseconds / times.Length;
        Array.Sort(times);
        return new Distribution(mean, times[times.Length / 2], times[times.Length * 99 / 100]);
    }

    private static int Calibrate()
    {
        const int Trial = 100_000;
        TimeSpan time = Measure.Median(9, () => Spend(Trial));
        return (int)(Trial * (ChunkTime / time));
    }

    private static void Nothing(void* state, int chunk)
    {
    }

    private static void Spin(void* state, int chunk) => Spend(((Step*)state)->Spins);

    /// <summary>The first chunk lasts long enough for the other thread to come; the second says when it has.</summary>
    private static void NoteStart(void* state, int chunk)
    {
        var wake = (Wake*)state;
        if (Environment.CurrentManagedThreadId != wake->Caller)
        {
            Volatile.Write(ref wake->Woken, Stopwatch.GetTimestamp());
            return;
        }

        while (Volatile.Read(ref wake->Woken) == 0)
        {
            Thread.SpinWait(1);
        }
    }

    /// <summary>Work that needs no memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Spend(int spins)
    {
        ulong value = 1;
        for (int i = 0; i < spins; i++)
        {
            value = value * 6364136223846793005 + 1442695040888963407;
        }

        return value;
    }

    private struct Step
    {
        public int Spins;
    }

    private struct Wake
    {
        public int Caller;
        public long Start;
        public long Woken;
    }

    /// <summary>Times of a step in microseconds.</summary>
    private readonly record struct Distribution(double Mean, double Median, double Percentile99)
    {
        public FormattableString ToFormattable() => $"{Median,9:F1} us, mean {Mean,9:F1}, 99 % {Percentile99,9:F1}";
    }

    /// <summary>What a pool is without dynamic chunks: each thread has its share, and the step ends with the last of them.</summary>
    private sealed class StaticPool : IDisposable
    {
        private readonly Thread[] _threads;
        private readonly int _count;
        private delegate*<void*, int, void> _job;
        private void* _state;
        private int _chunks;
        private int _step;
        private int _done;
        private volatile bool _stopping;

        public StaticPool(int threadCount)
        {
            _count = threadCount;
            _threads = [.. Enumerable.Range(1, threadCount - 1).Select(share => new Thread(() => Work(share)) { IsBackground = true })];
            foreach (Thread thread in _threads)
            {
                thread.Start();
            }
        }

        public void Run(delegate*<void*, int, void> job, void* state, int chunks)
        {
            _job = job;
            _state = state;
            _chunks = chunks;
            Volatile.Write(ref _done, 0);
            Interlocked.Increment(ref _step);
            DoShare(0);
            SpinUntil(() => Volatile.Read(ref _done) == _threads.Length);
        }

        public void Dispose()
        {
            _stopping = true;
            foreach (Thread thread in _threads)
            {
                thread.Join();
            }
        }

        private static void SpinUntil(Func<bool> condition)
        {
            for (int spins = 0; !condition(); spins++)
            {
                Thread.SpinWait(1);
                if (spins > 4000)
                {
                    Thread.Sleep(0);
                }
            }
        }

        private void Work(int share)
        {
            for (int seen = 0; !_stopping; seen++)
            {
                SpinUntil(() => Volatile.Read(ref _step) != seen || _stopping);
                if (!_stopping)
                {
                    DoShare(share);
                    Interlocked.Increment(ref _done);
                }
            }
        }

        private void DoShare(int share)
        {
            int end = (share + 1) * _chunks / _count;
            for (int chunk = share * _chunks / _count; chunk < end; chunk++)
            {
                _job(_state, chunk);
            }
        }
    }
}
