using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Compare.Reporting;

namespace ModelGen.Compare.Measuring;

/// <summary>
/// Measures the speed of several engines with one model and one thread count: all are kept ready at once, and each repetition goes
/// through all of them before the next one begins, so that what the machine does in the meantime meets them alike.
/// </summary>
internal sealed class SpeedComparison : IDisposable
{
    // Enough for the JIT to have seen every method often enough (30 calls, twice), whatever the model.
    private const int WarmUpRounds = 3;
    private const int WarmUpPrompt = 256;
    private const int WarmUpTokens = 40;

    // Tokens before each measurement, which end the pause that the process comes from: clocks, caches and threads of its own.
    private const int RunUpTokens = 8;

    // The JIT waits for a tenth of a second without new methods before it compiles anything anew.
    private static readonly TimeSpan TieringPause = TimeSpan.FromMilliseconds(250);

    private readonly MachineLock _lock;
    private readonly int _repetitions;
    private readonly int _threads;
    private readonly (string Name, WorkerProcess Worker)[] _engines;
    private readonly QuietMeasurement _quiet;
    private int _sameTokens;
    private int _comparedTokens;

    /// <summary>Starts all engines and warms them up.</summary>
    /// <param name="programs">Ours, then llama.cpp.</param>
    /// <param name="threads">Threads of each.</param>
    /// <param name="repetitions">Repetitions of each measurement.</param>
    /// <param name="machineLock">Held while something is measured.</param>
    public SpeedComparison(IReadOnlyList<EngineProgram> programs, int threads, int repetitions, MachineLock machineLock)
    {
        _lock = machineLock;
        _repetitions = repetitions;
        _threads = threads;
        using (_lock.ForBuilding())
        {
            _engines = [.. programs.Select(program => (program.Name, program.StartWorker(threads)))];
            foreach ((_, WorkerProcess worker) in _engines)
            {
                WarmUp(worker);
            }
        }

        _quiet = new QuietMeasurement([.. _engines.Select(engine => engine.Worker)]);
    }

    /// <summary>What our kernels use.</summary>
    public string InstructionSet => _engines[0].Worker.Description;

    /// <summary>How often ours and llama.cpp found the same token most likely, of the times that both evaluated the same text.</summary>
    public (int Same, int Compared) Agreement => (_sameTokens, _comparedTokens);

    /// <summary>Measurements that something else ran beside each time that they were made.</summary>
    public int Disturbed => _quiet.Disturbed;

    /// <summary>Measures one test of speed.</summary>
    public IReadOnlyList<Cell> Measure(Test test)
    {
        if (test == Test.DecodeAtDepth)
        {
            using IDisposable? shared = _lock.ForBuilding();
            foreach ((_, WorkerProcess worker) in _engines)
            {
                worker.Rewind(0);
                worker.Evaluate(seed: 0, Test.Depth);
            }
        }

        List<double>[] speeds = [.. _engines.Select(_ => new List<double>())];
        _lock.Repeat(_repetitions, repetition =>
        {
            Timing[] timings = new Timing[_engines.Length];

            // Whoever comes first in one repetition comes last in the next.
            for (int turn = 0; turn < _engines.Length; turn++)
            {
                int index = repetition % 2 == 0 ? turn : _engines.Length - 1 - turn;
                timings[index] = MeasureOnce(test, _engines[index].Worker, seed: repetition + 1);
                speeds[index].Add(TokensOf(test) / timings[index].Elapsed.TotalSeconds);
            }

            _comparedTokens++;
            _sameTokens += timings[0].TopToken == timings[^1].TopToken ? 1 : 0;
        });

        return [.. Enumerable.Range(0, _engines.Length - 1).Select(index => new Cell(_threads, test.Key, _engines[index].Name, speeds[index], speeds[^1]))];
    }

    /// <summary>The peak memory of what was measured so far.</summary>
    public IReadOnlyList<Cell> MeasureMemory()
    {
        double[] megabytes = [.. _engines.Select(engine => engine.Worker.PeakMemory() / Units.BytesPerMegabyte)];
        return [.. Enumerable.Range(0, _engines.Length - 1).Select(index => new Cell(_threads, Test.Memory.Key, _engines[index].Name, [megabytes[index]], [megabytes[^1]]))];
    }

    public void Dispose()
    {
        foreach ((_, WorkerProcess worker) in _engines)
        {
            worker.Dispose();
        }
    }

    private static int TokensOf(Test test) => test == Test.Prefill ? Test.PrefillTokens
        : test == Test.Batch ? Test.Sequences * Test.SequenceTokens
        : Test.DecodeTokens;

    private static void WarmUp(WorkerProcess worker)
    {
        for (int round = 0; round < WarmUpRounds; round++)
        {
            worker.Rewind(0);
            worker.Evaluate(seed: 0, WarmUpPrompt);
            worker.Decode(seed: 0, WarmUpTokens);
            Thread.Sleep(TieringPause);
        }

        worker.Rewind(0);
    }

    private Timing MeasureOnce(Test test, WorkerProcess worker, int seed) => _quiet.Measure(worker, () =>
    {
        int position = test == Test.DecodeAtDepth ? Test.Depth : 0;
        worker.Rewind(position);
        worker.Decode(seed: 0, RunUpTokens);
        worker.Rewind(position);
        return test == Test.Prefill ? worker.Evaluate(seed, Test.PrefillTokens)
            : test == Test.Batch ? worker.EvaluateTogether(seed, Test.SequenceTokens, Test.Sequences)
            : worker.Decode(seed, Test.DecodeTokens);
    });
}
