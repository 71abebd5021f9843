using System;
using System.Runtime.InteropServices;

namespace ModelGen.CompilerServices;

/// <summary>
/// Moves a thread that was just woken off the processor that the waking thread runs on. Linux often wakes a thread where its waker runs even
/// though another processor is idle (where few processors share a cache, as in small virtual machines), and mends that at the next
/// timer tick only: for milliseconds two threads share one processor.
/// </summary>
internal static unsafe class ProcessorChange
{
    /// <summary>What <see cref="Current"/> gives where the system does not say.</summary>
    public const int Unknown = -1;

    // 1024 processors, the size of the C library's own set.
    private const int MaskWords = 16;
    private const int BitsOfWord = 64;

    private static volatile bool _isSupported = OperatingSystem.IsLinux();

    /// <summary>The processor that the calling thread runs on.</summary>
    public static int Current()
    {
        if (!_isSupported)
        {
            return Unknown;
        }

        try
        {
            return sched_getcpu();
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            _isSupported = false;
            return Unknown;
        }
    }

    /// <summary>
    /// Has the calling thread go on elsewhere if it runs on <paramref name="processor"/> and may run on others. False where it stays there.
    /// </summary>
    public static bool Leave(int processor)
    {
        if (processor < 0 || processor >= MaskWords * BitsOfWord || Current() != processor)
        {
            return true;
        }

        ulong* allowed = stackalloc ulong[MaskWords];
        ulong* others = stackalloc ulong[MaskWords];
        if (sched_getaffinity(0, MaskWords * sizeof(ulong), allowed) < 0)
        {
            return false;
        }

        new ReadOnlySpan<ulong>(allowed, MaskWords).CopyTo(new Span<ulong>(others, MaskWords));
        others[processor / BitsOfWord] &= ~(1UL << (processor % BitsOfWord));

        // The system refuses an empty set. The thread has moved when the first call returns; then it may run everywhere again.
        if (sched_setaffinity(0, MaskWords * sizeof(ulong), others) != 0)
        {
            return false;
        }

        _ = sched_setaffinity(0, MaskWords * sizeof(ulong), allowed);
        return true;
    }

    [DllImport("libc")]
    private static extern int sched_getcpu();

    [DllImport("libc")]
    private static extern int sched_getaffinity(int thread, nint bytes, ulong* mask);

    [DllImport("libc")]
    private static extern int sched_setaffinity(int thread, nint bytes, ulong* mask);
}
