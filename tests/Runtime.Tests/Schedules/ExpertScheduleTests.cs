using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.CompilerServices;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Schedules;

/// <summary>The rows of a batch, sorted by expert.</summary>
public sealed unsafe class ExpertScheduleTests
{
    private const int Surplus = 3;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 2, 1)]
    [InlineData(8, 2, 48)]
    [InlineData(8, 8, 7)]
    [InlineData(128, 8, 192)]
    [InlineData(128, 8, 3)]
    public void EachPlaceHasASlotOfItsExpert(int experts, int used, int rows)
    {
        var random = new Random(experts + used + rows);

        // A batch of all rows, one of few, and one whose rows all take the same experts.
        foreach ((int count, bool isSameForAll) in new[] { (rows, false), ((rows + 2) / 3, false), (rows, true) })
        {
            int[] all = [.. Enumerable.Range(0, experts)];
            int[][] chosen = new int[count][];
            for (int row = 0; row < count; row++)
            {
                random.Shuffle(all);
                chosen[row] = isSameForAll ? [.. Enumerable.Range(0, used)] : all[..used];
            }

            Check(experts, used, rows, chosen);
        }
    }

    private static void Check(int experts, int used, int mostRows, int[][] chosen)
    {
        const int Guard = 64;
        var schedule = new ExpertSchedule(experts, used, Surplus);
        int bytes = (int)schedule.BytesOf(mostRows);
        byte* memory = (byte*)NativeMemory.AllocZeroed((nuint)(bytes + Guard));
        try
        {
            new Span<byte>(memory + bytes, Guard).Fill(0xA5);
            schedule.Place(memory, mostRows);
            int[] places = [.. chosen.SelectMany(row => row)];
            places.CopyTo(new Span<int>(schedule.Chosen, places.Length));
            schedule.Sort(chosen.Length);

            // Each place once, at its expert; of one expert in the order of the rows.
            int end = 0;
            for (int expert = 0; expert < experts; expert++)
            {
                int[] own = [.. Enumerable.Range(0, places.Length).Where(place => places[place] == expert)];
                (int first, int behind) = (schedule.First[expert], schedule.End[expert]);
                (behind - first).ShouldBe(own.Length);
                first.ShouldBeGreaterThanOrEqualTo(end);
                foreach ((int place, int slot) in own.Zip(Enumerable.Range(first, own.Length)))
                {
                    schedule.Slots[place].ShouldBe(slot);
                    schedule.Places[slot].ShouldBe(place);
                }

                // What a tile writes behind an expert's rows is no other expert's.
                end = own.Length > 0 ? behind + Surplus : end;
            }

            end.ShouldBeLessThanOrEqualTo(mostRows * used + Math.Min(experts, mostRows * used) * Surplus);
            new ReadOnlySpan<int>(schedule.Active, schedule.ActiveCount).ToArray().ShouldBe(places.Distinct().Order());
            new ReadOnlySpan<byte>(memory + bytes, Guard).IndexOfAnyExcept((byte)0xA5).ShouldBe(-1);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
