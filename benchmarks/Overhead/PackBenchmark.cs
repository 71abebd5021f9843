using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>Packing a model as the build does, and its parts.</summary>
internal static unsafe class PackBenchmark
{
    private const int Runs = 3;

    // Rows of a strip as long as those of a 1B model: it stays in the second-level cache.
    private const int StripColumns = 2048;
    private const int StripRepeats = 200;

    public static void Run(string[] files)
    {
        foreach (TensorFormat format in TensorFormat.All)
        {
            PackStrips(format);
        }

        foreach (string file in files)
        {
            Pack(file);
        }
    }

    /// <summary>One strip again and again: what interleaving costs without memory and files.</summary>
    private static void PackStrips(TensorFormat format)
    {
        nuint bytes = (nuint)format.StripBytes(StripColumns);
        byte* source = (byte*)NativeMemory.AllocZeroed(bytes);
        byte* target = (byte*)NativeMemory.AllocZeroed(bytes);
        byte** rows = stackalloc byte*[TensorFormat.StripRows];
        for (int i = 0; i < TensorFormat.StripRows; i++)
        {
            rows[i] = source + i * format.RowBytes(StripColumns);
        }

        TimeSpan time = Measure.Median(Runs, () =>
        {
            for (int i = 0; i < StripRepeats; i++)
            {
                format.PackStrip(rows, StripColumns, target);
            }
        });
        Measure.Print($"{format.Name}: interleave a strip, one thread", $"{(double)bytes * StripRepeats / 1e6 / time.TotalSeconds,8:F0} MB/s");
        NativeMemory.Free(source);
        NativeMemory.Free(target);
    }

    private static void Pack(string file)
    {
        GgufFile gguf = GgufHeaderReader.ReadFile(file);
        PackedImage image = PackedImage.Create(gguf);
        string target = Path.Combine(Path.GetTempPath(), "modelgen-pack-benchmark.weights");
        Print("packed, checksummed, on the disk: first time", Measure.Once(Write));
        Report("packed, checksummed, on the disk", Write);

        byte* memory = (byte*)NativeMemory.AllocZeroed((nuint)image.Length);
        Report("packed and checksummed, in memory", () => image.Write(memory));
        Report("checksum of the whole, all threads", () => SectionChecksum.Of(memory, image.Length));
        TimeSpan flush = default;
        Report("written from memory, one thread", () => flush = WriteAndFlush(memory, image.Length, target, isFlushed: false));
        Report("written from memory and flushed", () => flush = WriteAndFlush(memory, image.Length, target, isFlushed: true));
        Print("of which the flush to the disk", flush);
        NativeMemory.Free(memory);
        File.Delete(target);

        void Write() => PackedFileWriter.Write(gguf, ModelFileIdentity.Take(gguf), image, target, _ => { }, CancellationToken.None);

        void Report(string phase, Action run) => Print(phase, Measure.Median(Runs, run));

        void Print(string phase, TimeSpan time) => Measure.Print(
            $"{Path.GetFileName(file)}: {phase}", $"{image.Length / 1e6 / time.TotalSeconds,8:F0} MB/s {time.TotalMilliseconds,8:F0} ms");
    }

    /// <summary>Writes memory to a new file; returns the time that the flush took.</summary>
    private static TimeSpan WriteAndFlush(byte* memory, long length, string path, bool isFlushed)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int block = 0; block < SectionChecksum.Blocks(length); block++)
        {
            file.Write(new ReadOnlySpan<byte>(memory + (long)block * SectionChecksum.BlockBytes, SectionChecksum.LengthOf(block, length)));
        }

        long start = Stopwatch.GetTimestamp();
        file.Flush(isFlushed);
        return Stopwatch.GetElapsedTime(start);
    }
}
