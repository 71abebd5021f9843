using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace ModelGen.Compare.Measuring;

/// <summary>Measures one of several processes while the others, and the machine, do nothing else; or again, if they did.</summary>
/// <param name="workers">All processes.</param>
internal sealed class QuietMeasurement(IReadOnlyList<WorkerProcess> workers)
{
    // Times that a measurement is made until nothing else ran beside it.
    private const int Attempts = 4;

    /// <summary>Measurements that something else ran beside each time that they were made.</summary>
    public int Disturbed { get; private set; }

    /// <summary>Makes a measurement once all processes are idle.</summary>
    /// <param name="worker">The one that works.</param>
    /// <param name="measure">Has it work.</param>
    public T Measure<T>(WorkerProcess worker, Func<T> measure)
    {
        for (int attempt = 1; ; attempt++)
        {
            foreach (WorkerProcess any in workers)
            {
                any.WaitUntilIdle();
            }

            TimeSpan busy = OtherWork.BusyTime();
            TimeSpan own = worker.ProcessorTime();
            long start = Stopwatch.GetTimestamp();
            T result = measure();
            if (!OtherWork.Disturbs(OtherWork.BusyTime() - busy, worker.ProcessorTime() - own, Stopwatch.GetElapsedTime(start)))
            {
                return result;
            }

            if (attempt == Attempts)
            {
                Disturbed++;
                return result;
            }
        }
    }
}
