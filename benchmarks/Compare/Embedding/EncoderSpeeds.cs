using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare.Embedding;

/// <summary>
/// Several engines with one encoder and one thread count: all are kept ready at once, and each repetition goes through all of them before
/// the next one begins, so that what the machine does in the meantime meets them alike.
/// </summary>
internal sealed class EncoderSpeeds : IDisposable
{
    // Enough for the JIT to have seen every method often enough (30 calls, twice), whatever the model.
    private const int WarmUpRounds = 4;
    private const int WarmUpTexts = 40;

    // Texts that a size of groups is judged by.
    private const int TrialTexts = 200;

    // Texts before each measurement, which end the pause that the process comes from.
    private const int RunUpTexts = 4;

    // The JIT waits for a tenth of a second without new methods before it compiles anything anew.
    private static readonly TimeSpan TieringPause = TimeSpan.FromMilliseconds(250);

    private readonly MachineLock _lock;
    private readonly int _repetitions;
    private readonly int _threads;
    private readonly WorkerProcess[] _workers;
    private readonly int[] _groupSizes;
    private readonly double[] _lowestCosines;
    private readonly QuietMeasurement _quiet;

    /// <param name="programs">Ours first.</param>
    /// <param name="threads">Threads of each.</param>
    /// <param name="repetitions">Repetitions of each measurement.</param>
    /// <param name="machineLock">Held while something is measured.</param>
    public EncoderSpeeds(IReadOnlyList<EngineProgram> programs, int threads, int repetitions, MachineLock machineLock)
    {
        _lock = machineLock;
        _repetitions = repetitions;
        _threads = threads;
        using (_lock.ForBuilding())
        {
            _workers = [.. programs.Select(program => program.StartWorker(threads))];
            _groupSizes = [.. _workers.Select(WarmUp)];
        }

        _quiet = new QuietMeasurement(_workers);
        _lowestCosines = [.. programs.Select(_ => 1.0)];
    }

    /// <summary>What each engine is.</summary>
    public IReadOnlyList<string> Descriptions => [.. _workers.Select(worker => worker.Description)];

    /// <summary>The size of groups that served each best.</summary>
    public IReadOnlyList<int> GroupSizes => _groupSizes;

    /// <summary>The lowest cosine of a text's vector of ours and of each engine.</summary>
    public IReadOnlyList<double> LowestCosines => _lowestCosines;

    /// <summary>Measurements that something else ran beside each time that they were made.</summary>
    public int Disturbed => _quiet.Disturbed;

    /// <summary>Measures one test.</summary>
    public EmbedRow Measure(EmbedTest test)
    {
        List<double>[] speeds = [.. _workers.Select(_ => new List<double>())];
        _lock.Repeat(_repetitions, repetition =>
        {
            float[][] vectors = new float[_workers.Length][];

            // Whoever comes first in one repetition comes last in the next.
            for (int turn = 0; turn < _workers.Length; turn++)
            {
                int index = repetition % 2 == 0 ? turn : _workers.Length - 1 - turn;
                (double seconds, vectors[index]) = MeasureOnce(test, index, seed: repetition + 1);
                speeds[index].Add(test.Texts / seconds);
            }

            for (int index = 0; index < _workers.Length; index++)
            {
                // Both have the length 1.
                double cosine = vectors[0].Zip(vectors[index], (a, b) => (double)a * b).Sum();
                _lowestCosines[index] = double.Min(_lowestCosines[index], cosine);
            }
        });
        return new EmbedRow(test.Title, EmbedRow.TextsPerSecond, _threads, speeds);
    }

    public void Dispose()
    {
        foreach (WorkerProcess worker in _workers)
        {
            worker.Dispose();
        }
    }

    private static double Seconds(JsonElement answer) => answer.GetProperty("seconds").GetDouble();

    /// <summary>Warms an engine up, and finds the size of groups that serves it best.</summary>
    private static int WarmUp(WorkerProcess worker)
    {
        for (int round = 0; round < WarmUpRounds; round++)
        {
            foreach (EmbedTest test in EmbedTest.All.Where(test => !test.IsTogether))
            {
                worker.Ask(test.Command(seed: 0, WarmUpTexts, groupSize: 0));
            }

            Thread.Sleep(TieringPause);
        }

        EmbedTest together = EmbedTest.All.Single(test => test.IsTogether);
        return worker.Greeting.GetProperty("groups").EnumerateArray().Select(size => size.GetInt32())
            .MinBy(size => Enumerable.Range(0, 3).Min(_ => Seconds(worker.Ask(together.Command(seed: 0, TrialTexts, size)))));
    }

    private (double Seconds, float[] Vector) MeasureOnce(EmbedTest test, int index, int seed) => _quiet.Measure(_workers[index], () =>
    {
        WorkerProcess worker = _workers[index];
        worker.Ask(test.Command(seed: 0, RunUpTexts, _groupSizes[index]));
        JsonElement answer = worker.Ask(test.Command(seed, test.Texts, _groupSizes[index]));
        return (Seconds(answer), answer.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()).ToArray());
    });
}
