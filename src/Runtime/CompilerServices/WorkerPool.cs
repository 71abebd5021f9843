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
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class WorkerPool : IDisposable
{
    // Layout of the ticket word: epoch (24 bits) | chunks (20 bits) | next chunk (20 bits).
    private const int CountBits = 20;
    private const long CountMask = (1L << CountBits) - 1;
    private const long EpochMask = (1L << 24) - 1;

    // A step's slot must outlive a thread that holds one of its tickets; steps end before the next begins, so two slots would do.
    private const int Slots = 16;

    // Some 50 to 200 microseconds of pauses: longer than the sequential parts of a forward pass, short against a parked thread's wake-up.
    private const int SpinsBeforeParking = 4000;
    private const int SpinsBeforeYielding = 20000;

    private readonly Shared* _shared;
    private readonly Slot* _slots;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private volatile bool _stopping;
    private int _busy;

    /// <summary>Starts the threads.</summary>
    /// <param name="threadCount">Threads that work on a step, the caller's included; at least 1.</param>
    internal WorkerPool(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ThreadCount = threadCount;
        _shared = (Shared*)NativeMemory.AlignedAlloc((nuint)sizeof(Shared), 64);
        *_shared = default;
        _slots = (Slot*)NativeMemory.AlignedAlloc((nuint)(sizeof(Slot) * Slots), 64);
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
    /// calls have. While another session's step is running, the caller does all chunks itself: results do not depend on who does them.
    /// </summary>
    /// <param name="job">Must not throw.</param>
    /// <param name="state">Passed on to the job.</param>
    /// <param name="chunks">Number of chunks, below 2^20.</param>
    public void Run(delegate*<void*, int, void> job, void* state, int chunks)
    {
        if (chunks == 1 || _threads.Length == 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                job(state, chunk);
            }

            return;
        }

        long epoch = ((_shared->Ticket >> (2 * CountBits)) + 1) & EpochMask;
        _slots[epoch % Slots] = new Slot { Job = job, State = state };
        _shared->Completed = 0;
        Interlocked.Exchange(ref _shared->Ticket, (epoch << (2 * CountBits)) | ((long)chunks << CountBits));
        Wake(chunks - 1);

        int done = TakeChunks();
        for (int spins = 0; Volatile.Read(ref _shared->Completed) + done < chunks;)
        {
            if (++spins < SpinsBeforeYielding)
            {
                Thread.SpinWait(1);
            }
            else
            {
                spins = 0;
                Thread.Yield();
            }
        }

        Volatile.Write(ref _busy, 0);
    }

    /// <summary>Ends the threads. No step may be running.</summary>
    public void Dispose()
    {
        if (_stopping)
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
        NativeMemory.AlignedFree(_shared);
        NativeMemory.AlignedFree(_slots);
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

            Slot* slot = _slots + (ticket >> (2 * CountBits)) % Slots;
            slot->Job(slot->State, (int)(ticket & CountMask));
            done++;
        }

        return done;
    }

    private void Work()
    {
        int spins = 0;
        while (!_stopping)
        {
            int done = TakeChunks();
            if (done > 0)
            {
                Interlocked.Add(ref _shared->Completed, done);
                spins = 0;
            }
            else if (++spins < SpinsBeforeParking)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Park();
                spins = 0;
            }
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
                _wake.Release(woken);
                return;
            }
        }
    }

    private void Park()
    {
        Interlocked.Increment(ref _shared->Parked);
        if (!_stopping && !HasChunks(Volatile.Read(ref _shared->Ticket)))
        {
            _wake.Wait();
            return;
        }

        // Work came in between. Withdraw, unless the caller has counted this thread already and released it.
        for (int parked = Volatile.Read(ref _shared->Parked); parked > 0; parked = Volatile.Read(ref _shared->Parked))
        {
            if (Interlocked.CompareExchange(ref _shared->Parked, parked - 1, parked) == parked)
            {
                return;
            }
        }

        _wake.Wait();
    }

    private struct Slot
    {
        public delegate*<void*, int, void> Job;
        public void* State;
    }

    /// <summary>Each field on cache lines of its own: they are written by different threads.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        [FieldOffset(0)]
        public long Ticket;

        [FieldOffset(128)]
        public int Completed;

        [FieldOffset(256)]
        public int Parked;
    }
}
