using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace ModelGen.CompilerServices;

/// <summary>
/// Runs the chunks of one step of a forward pass on several threads. The chunks are taken from one atomic word, so that a thread that
/// the operating system has put aside delays the step by one chunk at most; the caller takes chunks too and returns when all are done.
/// Threads spin briefly between steps, then park.
/// </summary>
/// <remarks>
/// What threads hand each other lies on two cache lines: the step with its ticket word, which whoever takes a chunk has to own anyway, and
/// the count of chunks that workers have done, which only grows, so that no step begins by taking it back to zero. They lie in a managed array
/// that never moves, so that a thread which is late to see the pool end reads memory that is there.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class WorkerPool : IDisposable
{
    // Layout of the ticket word: epoch (24 bits) | chunks (20 bits) | next chunk (20 bits).
    private const int CountBits = 20;
    private const long CountMask = (1L << CountBits) - 1;
    private const long EpochMask = (1L << 24) - 1;

    // The runtime makes one spin some 37 nanoseconds long, whatever the processor's pause instruction takes. 150 microseconds are longer
    // than the sequential parts of a forward pass, and about what it takes to wake a parked thread: spinning longer saves nothing.
    private const int SpinsBeforeParking = 4000;

    // A worker that holds the last chunk of a step has it done within microseconds, if it runs at all. Where it was put aside, the caller
    // sleeps, so that the system can give the worker this processor.
    private const int SpinsBeforeSleeping = 1500;

    private const int CacheLine = 64;

    // On the heap of pinned objects, with room to start at a cache line.
    private readonly byte[] _memory = GC.AllocateArray<byte>(sizeof(Shared) + CacheLine - 1, pinned: true);
    private readonly Shared* _shared;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _progress = new(0);
    private volatile bool _stopping;
    private int _disposed;

    // The value of Completed when all steps so far are done. Only the caller of the current step touches it.
    private long _expected;

    /// <summary>Starts the threads.</summary>
    /// <param name="threadCount">Threads that work on a step, the caller's included; at least 1.</param>
    internal WorkerPool(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ThreadCount = threadCount;
        nint memory = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _shared = (Shared*)((memory + CacheLine - 1) / CacheLine * CacheLine);
        _threads = new Thread[threadCount - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = "ModelGen worker" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work on a step, the caller's included.</summary>
    public int ThreadCount { get; }

    /// <summary>
    /// Calls <paramref name="job"/> with every chunk index from 0 to <paramref name="chunks"/> - 1, on several threads, and returns when all
    /// calls have. One step runs at a time: who executes batches sees to that.
    /// </summary>
    /// <param name="job">Must not throw.</param>
    /// <param name="state">Passed on to the job.</param>
    /// <param name="chunks">Number of chunks, below 2^20.</param>
    public void Run(delegate*<void*, int, void> job, void* state, int chunks)
    {
        if (chunks <= 1 || _threads.Length == 0 || _stopping)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                job(state, chunk);
            }

            return;
        }

        // No thread can be reading the step that is there: whoever holds one of its chunks has it done before that step ends. The first chunk
        // is the caller's, taken as the step is published.
        _shared->Job = job;
        _shared->State = state;
        long epoch = ((_shared->Ticket >> (2 * CountBits)) + 1) & EpochMask;
        Interlocked.Exchange(ref _shared->Ticket, (epoch << (2 * CountBits)) | ((long)chunks << CountBits) | 1);
        Wake(chunks - 1);

        job(state, 0);
        _expected += chunks - 1 - TakeChunks();
        WaitForWorkers();
    }

    /// <summary>Ends the threads. No step may be running; one that comes later is done by its caller alone.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _stopping = true;
        if (_threads.Length > 0)
        {
            _wake.Release(_threads.Length);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
        _progress.Dispose();
    }

    private static bool HasChunks(long ticket) => (ticket & CountMask) < ((ticket >> CountBits) & CountMask);

    /// <summary>Takes chunks of the current step until there are none; returns how many this thread did.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int TakeChunks()
    {
        int done = 0;
        while (HasChunks(Volatile.Read(ref _shared->Ticket)))
        {
            // The word may have moved on to another step since it was looked at; the ticket that we hold says which step it belongs to.
            long ticket = Interlocked.Increment(ref _shared->Ticket) - 1;
            if (!HasChunks(ticket))
            {
                break;
            }

            _shared->Job(_shared->State, (int)(ticket & CountMask));
            done++;
        }

        return done;
    }

    private void Work()
    {
        int spins = 0;

        // What spins starts with: nearly all of them are over for a thread that shares its processor with the caller, which it would only
        // keep from working.
        int initialSpins = 0;
        while (!_stopping)
        {
            int done = TakeChunks();
            if (done > 0)
            {
                Interlocked.Add(ref _shared->Completed, done);
                WakeCaller();
                spins = initialSpins;
            }
            else if (++spins < SpinsBeforeParking)
            {
                Thread.SpinWait(1);
            }
            else
            {
                initialSpins = Park() ? SpinsBeforeParking - 1 : 0;
                spins = initialSpins;
            }
        }
    }

    /// <summary>Returns when the workers have done their chunks of the current step.</summary>
    private void WaitForWorkers()
    {
        for (int spins = 0; Volatile.Read(ref _shared->Completed) != _expected;)
        {
            if (++spins < SpinsBeforeSleeping)
            {
                Thread.SpinWait(1);
                continue;
            }

            // Workers count their chunks before they look whether the caller sleeps; it says that it does before it looks at the count.
            Interlocked.Exchange(ref _shared->CallerSleeps, 1);
            bool isDone = Volatile.Read(ref _shared->Completed) == _expected;
            if (!isDone || Interlocked.Exchange(ref _shared->CallerSleeps, 0) == 0)
            {
                _progress.Wait();
            }
        }
    }

    /// <summary>Some chunks are done: the caller, if it sleeps, sees whether that was all.</summary>
    private void WakeCaller()
    {
        if (Volatile.Read(ref _shared->CallerSleeps) != 0 && Interlocked.Exchange(ref _shared->CallerSleeps, 0) != 0)
        {
            _progress.Release();
        }
    }

    /// <summary>Wakes as many parked threads as there is work for beside the caller's.</summary>
    private void Wake(int wanted)
    {
        for (int parked = Volatile.Read(ref _shared->Parked); parked > 0; parked = Volatile.Read(ref _shared->Parked))
        {
            int woken = Math.Min(parked, wanted);
            if (Interlocked.CompareExchange(ref _shared->Parked, parked - woken, parked) == parked)
            {
                Volatile.Write(ref _shared->WakerProcessor, ProcessorChange.Current());
                _wake.Release(woken);

                // One that was woken on this very processor leaves it; for that it has to run.
                Thread.Yield();
                return;
            }
        }
    }

    /// <summary>Waits for work; true where the thread came back to the processor that the caller runs on, and has no other.</summary>
    private bool Park()
    {
        Interlocked.Increment(ref _shared->Parked);
        if (!_stopping && !HasChunks(Volatile.Read(ref _shared->Ticket)))
        {
            _wake.Wait();
            return !ProcessorChange.Leave(Volatile.Read(ref _shared->WakerProcessor));
        }

        // Work came in between. Withdraw, unless the caller has counted this thread already and released it.
        for (int parked = Volatile.Read(ref _shared->Parked); parked > 0; parked = Volatile.Read(ref _shared->Parked))
        {
            if (Interlocked.CompareExchange(ref _shared->Parked, parked - 1, parked) == parked)
            {
                return false;
            }
        }

        _wake.Wait();
        return false;
    }

    /// <summary>
    /// Fields that different threads write lie on cache lines of their own, two lines apart, because processors fetch lines in pairs.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Shared
    {
        /// <summary>The step and its chunks.</summary>
        [FieldOffset(0)]
        public long Ticket;

        [FieldOffset(8)]
        public delegate*<void*, int, void> Job;

        [FieldOffset(16)]
        public void* State;

        /// <summary>Chunks that workers have done since the pool was made.</summary>
        [FieldOffset(128)]
        public long Completed;

        /// <summary>Seldom written: threads that wait for <c>_wake</c>, and whether the caller waits for <c>_progress</c>.</summary>
        [FieldOffset(256)]
        public int Parked;

        [FieldOffset(260)]
        public int CallerSleeps;

        /// <summary>Where the thread ran that released <c>_wake</c> last.</summary>
        [FieldOffset(264)]
        public int WakerProcessor;
    }
}
