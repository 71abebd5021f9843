using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>Buffers share memory exactly where their lifetimes do not meet.</summary>
public sealed class BuffersTests
{
    private static readonly Gen<Lived[]> Lists =
        from count in Gen.Choose(0, 12)
        from buffers in Gen.ArrayOf(
            from rowFloats in Gen.Choose(1, 300)
            from rows in Gen.Choose(1, 20)
            from first in Gen.Choose(0, 6)
            from steps in Gen.Choose(0, 6)
            select (rowFloats, rows, first, steps), count)
        select buffers.Select((buffer, index) => new Lived(
            new BufferPlan("B" + index, "", IsFloat: true, buffer.rowFloats * sizeof(float), buffer.rows, IsOfRows: true),
            buffer.first,
            buffer.first + buffer.steps)).ToArray();

    [Fact]
    public void BuffersThatLiveTogetherNeverOverlap() => Prop.ForAll(Arb.From(Lists), buffers =>
    {
        (IReadOnlyList<BufferPlan> placed, long length) = Place(buffers);
        placed.Select(buffer => buffer.Name).ShouldBe(buffers.Select(buffer => buffer.Plan.Name));
        for (int i = 0; i < placed.Count; i++)
        {
            BufferPlan buffer = placed[i];
            (buffer.Offset % 64).ShouldBe(0);
            (buffer.Offset + buffer.Length).ShouldBeLessThanOrEqualTo(length);
            foreach (BufferPlan other in placed.Where((other, j) => j != i && buffers[i].Meets(buffers[j])))
            {
                (buffer.Offset + buffer.Length <= other.Offset || other.Offset + other.Length <= buffer.Offset).ShouldBeTrue($"{buffer} and {other}");
            }
        }

        // No more than side by side, no less than what lives at the busiest time.
        length.ShouldBeLessThanOrEqualTo(buffers.Sum(buffer => Buffers.Align(buffer.Plan.Length)));
        length.ShouldBeGreaterThanOrEqualTo(Enumerable.Range(0, 13).Max(time =>
            buffers.Where(buffer => buffer.First <= time && time <= buffer.Last).Sum(buffer => buffer.Plan.Length)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));

    [Fact]
    public void BuffersOfDifferentTimesShareTheirMemory()
    {
        Lived early = new(new BufferPlan("Early", "", true, 640, 10, IsOfRows: true), 0, 1);
        Lived late = new(new BufferPlan("Late", "", true, 640, 10, IsOfRows: true), 2, 3);
        Lived always = new(new BufferPlan("Always", "", true, 64, 1, IsOfRows: true), 0, 3);
        (IReadOnlyList<BufferPlan> placed, long length) = Place([always, early, late]);
        placed.Select(buffer => buffer.Offset).ShouldBe([6400L, 0L, 0L]);
        length.ShouldBe(6464);
    }

    [Fact]
    public void TheOrderOfTheListDoesNotMoveABuffer() => Prop.ForAll(Arb.From(Lists), buffers =>
        Place([.. buffers.Reverse()]).Buffers.Reverse().ShouldBe(Place(buffers).Buffers))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    [Fact]
    public void RowsOfAnotherWidthAreAnotherBuffer()
    {
        Buffers buffers = new(batchRows: 48);
        buffers.Add("Hidden", "", ActivationFormat.Float32, 64).ShouldBe("Hidden");
        buffers.Add("Hidden", "", ActivationFormat.Float32, 96).ShouldBe("Hidden2");
        buffers.Add("Hidden", "", ActivationFormat.Float32, 64).ShouldBe("Hidden");
        buffers.Add("Partials", "", columns: 32, rows: 5).ShouldBe("Partials");
        buffers.Add("Partials", "", columns: 64, rows: 3).ShouldBe("Partials");
        buffers.All.Select(buffer => (buffer.Name, buffer.RowBytes, buffer.Rows)).ShouldBe([("Hidden", 256, 48), ("Hidden2", 384, 48), ("Partials", 256, 5)]);
    }

    [Theory]
    [InlineData(1, 128)]
    [InlineData(32, 128)]
    [InlineData(33, 256)]
    public void RowsOfFloatsAreWholeBlocks(int columns, int bytes) => Buffers.RowBytes(ActivationFormat.Float32, columns).ShouldBe(bytes);

    [Fact]
    public void RowsOfBytesHoldTheirScalesAndSums()
    {
        // 64 bytes, two scales, two sums, up to the next cache line.
        Buffers.RowBytes(ActivationFormat.Int8Blocks, 64).ShouldBe(128);
        Buffers.RowBytes(ActivationFormat.Int16Blocks, 64).ShouldBe(192);
        QuantizedRow.SumsOffset(64).ShouldBe(80);
    }

    private static (IReadOnlyList<BufferPlan> Buffers, long Length) Place(Lived[] buffers)
    {
        Lived Find(string name) => buffers.Single(buffer => buffer.Plan.Name == name);
        return Buffers.Place([.. buffers.Select(buffer => buffer.Plan)], (buffer, other) => Find(buffer).Meets(Find(other)));
    }

    private sealed record Lived(BufferPlan Plan, int First, int Last)
    {
        public bool Meets(Lived other) => First <= other.Last && other.First <= Last;
    }
}
