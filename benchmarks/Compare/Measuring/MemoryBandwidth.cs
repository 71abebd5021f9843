using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace ModelGen.Compare.Measuring;

/// <summary>
/// How fast this machine's memory can be read: vectors of 64 bytes, front to back with software prefetch, each thread a part of the
/// buffer, which is far larger than the caches. What a decoded token needs of the weights cannot come faster.
/// </summary>
internal static unsafe partial class MemoryBandwidth
{
    private const long BufferBytes = 512L << 20;
    private const int Passes = 7;
    private const int VectorBytes = 64;
    private const int VectorsPerStep = 4;
    private const int PrefetchBytes = 4096;

    // Large pages take fewer look-ups of addresses; the limit is that of the memory, not of the tables.
    private const int AdviseHugePages = 14;
    private const nuint HugePageBytes = 2u << 20;

    /// <summary>The best of several passes, in bytes a second.</summary>
    /// <param name="threads">Threads that read at once.</param>
    public static double Measure(int threads)
    {
        byte* buffer = (byte*)NativeMemory.AlignedAlloc((nuint)BufferBytes, HugePageBytes);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Where the system has none, small pages do.
                _ = Advise(buffer, (nuint)BufferBytes, AdviseHugePages);
            }

            NativeMemory.Fill(buffer, (nuint)BufferBytes, 1);
            return Enumerable.Range(0, Passes).Max(_ => Pass(buffer, threads));
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    private static double Pass(byte* buffer, int threads)
    {
        long part = BufferBytes / threads / (VectorBytes * VectorsPerStep) * (VectorBytes * VectorsPerStep);
        using Barrier start = new(threads);
        TimeSpan[] times = new TimeSpan[threads];
        Thread[] others = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            start.SignalAndWait();
            long begin = Stopwatch.GetTimestamp();
            Vector512<byte> sum = Read(buffer + index * part, part);
            times[index] = Stopwatch.GetElapsedTime(begin);
            GC.KeepAlive(sum);
        }))];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        foreach (Thread thread in others)
        {
            thread.Join();
        }

        return part * threads / times.Max().TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector512<byte> Read(byte* buffer, long length)
    {
        Vector512<byte> a = default;
        Vector512<byte> b = default;
        Vector512<byte> c = default;
        Vector512<byte> d = default;
        for (byte* at = buffer, end = buffer + length; at < end; at += VectorBytes * VectorsPerStep)
        {
            if (Sse.IsSupported)
            {
                // Behind the end it is harmless.
                Sse.Prefetch0(at + PrefetchBytes);
                Sse.Prefetch0(at + PrefetchBytes + VectorBytes);
                Sse.Prefetch0(at + PrefetchBytes + 2 * VectorBytes);
                Sse.Prefetch0(at + PrefetchBytes + 3 * VectorBytes);
            }

            a ^= Vector512.LoadAligned(at);
            b ^= Vector512.LoadAligned(at + VectorBytes);
            c ^= Vector512.LoadAligned(at + 2 * VectorBytes);
            d ^= Vector512.LoadAligned(at + 3 * VectorBytes);
        }

        return a ^ b ^ (c ^ d);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint length, int advice);
}
