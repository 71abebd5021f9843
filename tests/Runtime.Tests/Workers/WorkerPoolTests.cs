using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.CompilerServices;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Workers;

/// <summary>Every chunk of every step is done once, and before the step returns, whoever does it.</summary>
public sealed unsafe class WorkerPoolTests
{
    // More steps than the ring of slots holds, and chunk counts on both sides of every thread count.
    private static readonly int[] ChunkCounts = [1, 2, 3, 5, 8, 16, 33, 100, 1000];

    public static TheoryData<int> ThreadCounts => [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void EveryChunkIsDoneOnce(int threadCount)
    {
        using var pool = new WorkerPool(threadCount);
        pool.ThreadCount.ShouldBe(threadCount);
        using var counts = new Counts(ChunkCounts.Max());
        for (int round = 0; round < 500; round++)
        {
            foreach (int chunks in ChunkCounts)
            {
                pool.Run(&CountChunk, counts.Address, chunks);
                counts.Take(chunks).ShouldAllBe(count => count == 1);
                counts.Rest(chunks).ShouldAllBe(count => count == 0);
                counts.Clear();
            }
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void ThreadsThatParkedAreWokenAgain(int threadCount)
    {
        using var pool = new WorkerPool(threadCount);
        using var counts = new Counts(64);
        for (int round = 0; round < 20; round++)
        {
            // Far longer than threads spin before they park.
            Thread.Sleep(10);
            pool.Run(&CountChunk, counts.Address, 64);
            counts.Take(64).ShouldAllBe(count => count == 1);
            counts.Clear();
        }
    }

    [Fact]
    public void CallersOnSeveralThreadsTakeTurns()
    {
        // As batches do, each of which the thread of another session may execute.
        using var pool = new WorkerPool(3);
        var turn = new Lock();
        Thread[] callers = Enumerable.Range(0, 4).Select(caller => new Thread(() => RunMany(pool, chunks: 20 + caller))).ToArray();
        Exception? failure = null;
        void RunMany(WorkerPool workers, int chunks)
        {
            try
            {
                using var counts = new Counts(chunks);
                for (int round = 0; round < 2000; round++)
                {
                    lock (turn)
                    {
                        workers.Run(&CountChunk, counts.Address, chunks);
                    }

                    counts.Take(chunks).ShouldAllBe(count => count == 1);
                    counts.Clear();
                }
            }
            catch (Exception error)
            {
                failure = error;
            }
        }

        foreach (Thread caller in callers)
        {
            caller.Start();
        }

        foreach (Thread caller in callers)
        {
            caller.Join();
        }

        failure.ShouldBeNull();
    }

    [Fact]
    public void DisposeEndsItsThreadsAndMayComeTwice()
    {
        var pool = new WorkerPool(4);
        pool.Dispose();
        Should.NotThrow(pool.Dispose);
    }

    [Fact]
    public void SeveralThreadsMayDisposeAtOnce()
    {
        for (int round = 0; round < 50; round++)
        {
            var pool = new WorkerPool(3);
            Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(pool.Dispose))];
            foreach (Thread caller in callers)
            {
                caller.Start();
            }

            foreach (Thread caller in callers)
            {
                caller.Join();
            }
        }
    }

    [Fact]
    public void AStepThatComesAfterDisposeIsDoneByItsCaller()
    {
        var pool = new WorkerPool(4);
        using var counts = new Counts(64);
        pool.Run(&CountChunk, counts.Address, 64);

        // Long enough for the threads to park: what the step wakes is not there any more.
        Thread.Sleep(50);
        pool.Dispose();
        pool.Run(&CountChunk, counts.Address, 64);
        counts.Take(64).ShouldAllBe(count => count == 2);
    }

    [Fact]
    public void ThereIsAtLeastOneThread() => Should.Throw<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    private static void CountChunk(void* state, int chunk) => Interlocked.Increment(ref ((int*)state)[chunk]);

    /// <summary>A counter a chunk, where jobs can reach it.</summary>
    private sealed class Counts(int length) : IDisposable
    {
        private readonly int* _counts = (int*)NativeMemory.AllocZeroed((nuint)length, sizeof(int));

        public void* Address => _counts;

        public int[] Take(int count) => new Span<int>(_counts, count).ToArray();

        public int[] Rest(int start) => new Span<int>(_counts + start, length - start).ToArray();

        public void Clear() => new Span<int>(_counts, length).Clear();

        public void Dispose() => NativeMemory.Free(_counts);
    }
}
