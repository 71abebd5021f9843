using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Execution;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>
/// Work on forks of one text, many at a time: each waits for its tokens on a thread of its own, so that what all of them evaluate goes through
/// the weights together.
/// </summary>
internal static class Forks
{
    // As many sequences as may be rows of one batch beside each other without a thread for each of thousands.
    private const int MostAtOnce = 64;

    /// <summary>What is done with one fork.</summary>
    /// <param name="index">Which of them it is.</param>
    /// <param name="turns">Its turns; nobody else takes any.</param>
    /// <param name="text">Its text.</param>
    /// <param name="cancellationToken">Cancelled by the caller, and where the work on another fork fails.</param>
    public delegate T Work<T>(int index, SessionTurns turns, SessionText text, CancellationToken cancellationToken);

    /// <summary>Forks a text once for each piece of work. Called within a turn of the text's session.</summary>
    /// <param name="source">The text; it stays as it is.</param>
    /// <param name="count">How many forks, at least 1.</param>
    /// <param name="work">Done with each; the fork is disposed behind it.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    /// <returns>What came of each, in their order.</returns>
    /// <exception cref="OperationCanceledException">Cancelled. What another exception ended, throws that one.</exception>
    public static T[] Run<T>(SessionText source, int count, Work<T> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        T[] results = new T[count];
        Lock gate = new();
        int next = 0;
        ExceptionDispatchInfo? failure = null;
        Task[] others = new Task[int.Min(count, MostAtOnce) - 1];
        for (int index = 0; index < others.Length; index++)
        {
            others[index] = Task.Factory.StartNew(
                TakeWork, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        TakeWork();
        Task.WaitAll(others, CancellationToken.None);
        failure?.Throw();
        return results;

        void TakeWork()
        {
            try
            {
                for (int index = Interlocked.Increment(ref next) - 1; index < count; index = Interlocked.Increment(ref next) - 1)
                {
                    cancellation.Token.ThrowIfCancellationRequested();
                    SessionText text;
                    Sequence sequence;
                    lock (gate)
                    {
                        text = source.Fork(out sequence);
                    }

                    using (sequence)
                    {
                        results[index] = work(index, new SessionTurns(sequence), text, cancellation.Token);
                    }
                }
            }
            catch (Exception error)
            {
                // The first one is thrown; it ends the others, whose cancellation is no news.
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
                cancellation.Cancel();
            }
        }
    }
}
