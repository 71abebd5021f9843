using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>
/// What the first and later passes over mapped weights cost, by how their pages come: on demand, asked for in advance, or copied into huge
/// pages. Linux only.
/// </summary>
internal static unsafe class PagesBenchmark
{
    private const int Runs = 5;
    private const long HugePage = 2 << 20;

    private const int ProtectRead = 1;
    private const int ProtectReadWrite = 3;
    private const int MapShared = 1;
    private const int MapPrivateAnonymous = 0x22;
    private const int MapPopulate = 0x8000;
    private const int AdviseWillNeed = 3;
    private const int AdviseHugePage = 14;
    private const int AdvisePopulateRead = 22;

    public static void Run(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("pages measures Linux's mappings only.");
            return;
        }

        using SafeFileHandle file = File.OpenHandle(path);
        nint length = (nint)RandomAccess.GetLength(file);
        Console.WriteLine($"{path}: {length / 1e6:F0} MB");
        byte* warm = Map(file, length, 0);
        Sum(warm, length, 1);
        munmap(warm, length);

        PrintMapped("on demand", 0, advice: null);
        PrintMapped("MAP_POPULATE", MapPopulate, advice: null);
        PrintMapped("MADV_POPULATE_READ", 0, AdvisePopulateRead);
        PrintMapped("MADV_WILLNEED", 0, AdviseWillNeed);
        PrintCopied("copied, 4 KiB pages", isHuge: false);
        PrintCopied("copied, 2 MiB pages", isHuge: true);

        void PrintMapped(string name, int flags, int? advice) => Print(name, () =>
        {
            byte* start = Map(file, length, flags);
            if (advice is int value && madvise(start, length, value) != 0)
            {
                throw new ModelGenException($"madvise({value}) failed with error {Marshal.GetLastPInvokeError()}.");
            }

            return ((nint)start, length);
        });

        void PrintCopied(string name, bool isHuge) => Print(name, () =>
        {
            nint reserved = length + (nint)HugePage;
            byte* memory = mmap(null, reserved, ProtectReadWrite, MapPrivateAnonymous, -1, 0);
            byte* start = (byte*)(((nint)memory + HugePage - 1) / HugePage * HugePage);
            if (isHuge && madvise(start, length, AdviseHugePage) != 0)
            {
                throw new ModelGenException($"madvise failed with error {Marshal.GetLastPInvokeError()}.");
            }

            for (long offset = 0; offset < length; offset += 1 << 26)
            {
                RandomAccess.Read(file, new Span<byte>(start + offset, (int)Math.Min(1 << 26, length - offset)), offset);
            }

            return ((nint)memory, reserved);
        });

        void Print(string name, Func<(nint Memory, nint Length)> open)
        {
            (double setUp, double first, double one, double two) = Passes(open, length);
            Measure.Print(name, $"set-up {setUp,6:F1} ms, first pass {first,6:F1} ms, later {length / 1e6 / one,5:F1} GB/s on 1 thread, {length / 1e6 / two,5:F1} on 2");
        }
    }

    private static (double SetUp, double First, double One, double Two) Passes(Func<(nint Memory, nint Length)> open, nint length)
    {
        nint memory = 0;
        nint reserved = 0;
        double setUp = Measure.Once(() => (memory, reserved) = open()).TotalMilliseconds;
        byte* start = reserved == length ? (byte*)memory : (byte*)((memory + HugePage - 1) / HugePage * HugePage);
        double first = Measure.Once(() => Sum(start, length, 1)).TotalMilliseconds;
        double one = Measure.Median(Runs, () => Sum(start, length, 1)).TotalMilliseconds;
        double two = Measure.Median(Runs, () => Sum(start, length, 2)).TotalMilliseconds;
        munmap((byte*)memory, reserved);
        return (setUp, first, one, two);
    }

    private static byte* Map(SafeFileHandle file, nint length, int flags)
    {
        byte* start = mmap(null, length, ProtectRead, MapShared | flags, (int)file.DangerousGetHandle(), 0);
        return (nint)start == -1 ? throw new ModelGenException($"mmap failed with error {Marshal.GetLastPInvokeError()}.") : start;
    }

    private static void Sum(byte* start, nint length, int threads)
    {
        nint share = length / threads / 256 * 256;
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            byte* part = start + (i + 1) * share;
            others[i] = new Thread(() => Sum(part, share));
            others[i].Start();
        }

        Sum(start, share);
        foreach (Thread other in others)
        {
            other.Join();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Sum(byte* start, nint length)
    {
        Vector256<int> sum0 = default;
        Vector256<int> sum1 = default;
        for (byte* end = start + length / 256 * 256; start < end; start += 256)
        {
            Sse.Prefetch0(start + 4096);
            Sse.Prefetch0(start + 4096 + 64);
            Sse.Prefetch0(start + 4096 + 128);
            Sse.Prefetch0(start + 4096 + 192);
            sum0 += Vector256.Load((int*)start) + Vector256.Load((int*)(start + 32)) + Vector256.Load((int*)(start + 64)) + Vector256.Load((int*)(start + 96));
            sum1 += Vector256.Load((int*)(start + 128)) + Vector256.Load((int*)(start + 160)) + Vector256.Load((int*)(start + 192)) + Vector256.Load((int*)(start + 224));
        }

        return Vector256.Sum(sum0 + sum1);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern byte* mmap(byte* address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(byte* address, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int madvise(byte* address, nint length, int advice);
}
