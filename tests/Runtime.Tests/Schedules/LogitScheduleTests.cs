using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.CompilerServices;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Schedules;

/// <summary>Strips of the output matrix, shared out in chunks.</summary>
public sealed unsafe class LogitScheduleTests
{
    private const int FewestOfChunk = 3;

    [Theory]
    [InlineData(5, 1, 2)]
    [InlineData(64, 1, 32)]
    [InlineData(200, 1, 32)]
    [InlineData(200, 4, 32)]
    [InlineData(1000, 48, 1000)]
    public void EachStripThatARowWantsIsOfOneChunk(int strips, int rows, int chunks)
    {
        var random = new Random(strips + rows);
        foreach (double share in new[] { 0.0, 0.01, 0.3, 1.0 })
        {
            bool[][] wanted = new bool[rows][];
            for (int row = 0; row < rows; row++)
            {
                wanted[row] = [.. Enumerable.Range(0, strips).Select(_ => random.NextDouble() < share)];
            }

            int[] expected = [.. Enumerable.Range(0, strips).Where(strip => wanted.Any(row => row[strip]))];
            Check(strips, chunks, wanted, expected);

            // One row that wants all of them.
            Check(strips, chunks, [.. wanted[1..], null], [.. Enumerable.Range(0, strips)]);
        }
    }

    private static void Check(int strips, int chunks, bool[]?[] wanted, int[] expected)
    {
        int words = (strips + 63) / 64;
        var schedule = new LogitSchedule(strips, FewestOfChunk);
        byte* memory = (byte*)NativeMemory.AllocZeroed((nuint)schedule.Bytes);
        ulong* bits = (ulong*)NativeMemory.AllocZeroed((nuint)(wanted.Length * words * sizeof(ulong)));
        Row[] rows = new Row[wanted.Length];
        try
        {
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row].Strips = wanted[row] is null ? null : bits + row * words;
                for (int strip = 0; wanted[row] is bool[] own && strip < strips; strip++)
                {
                    rows[row].Strips[strip / 64] |= own[strip] ? 1UL << strip : 0;
                }
            }

            schedule.Place(memory);
            fixed (Row* first = rows)
            {
                schedule.ShareOut(first, rows.Length, chunks);
            }

            new Span<int>(schedule.Strips, schedule.Count).ToArray().ShouldBe(expected);
            schedule.ChunkCount.ShouldBeLessThanOrEqualTo(chunks);
            (schedule.ChunkCount * schedule.ChunkStrips).ShouldBeInRange(expected.Length, expected.Length + schedule.ChunkStrips - 1);
            if (rows.Length == 1 && expected.Length < strips && expected.Length >= FewestOfChunk)
            {
                schedule.ChunkStrips.ShouldBeGreaterThanOrEqualTo(FewestOfChunk);
            }

            CheckRuns(schedule, expected);
        }
        finally
        {
            NativeMemory.Free(bits);
            NativeMemory.Free(memory);
        }
    }

    private static void CheckRuns(LogitSchedule schedule, int[] expected)
    {
        for (int index = 0; index < expected.Length;)
        {
            int run = schedule.RunFrom(index);
            expected[index..(index + run)].ShouldBe(Enumerable.Range(expected[index], run));
            index += run;
            (index == expected.Length || expected[index] > expected[index - 1] + 1).ShouldBeTrue();
        }
    }
}
