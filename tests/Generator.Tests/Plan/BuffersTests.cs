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
    private static readonly Gen<BufferPlan[]> Lists =
        from count in Gen.Choose(0, 12)
        from buffers in Gen.ArrayOf(
            from rowFloats in Gen.Choose(1, 300)
            from rows in Gen.Choose(1, 20)
            from first in Gen.Choose(0, 6)
            from steps in Gen.Choose(0, 6)
            select (rowFloats, rows, first, steps), count)
        select buffers.Select((buffer, index) =>
            new BufferPlan("B" + index, "", IsFloat: true, buffer.rowFloats * sizeof(float), buffer.rows, buffer.first, buffer.first + buffer.steps)).ToArray();

    [Fact]
    public void BuffersThatLiveTogetherNeverOverlap() => Prop.ForAll(Arb.From(Lists), buffers =>
    {
        (IReadOnlyList<BufferPlan> placed, long length) = Buffers.Place(buffers);
        placed.Select(buffer => buffer.Name).ShouldBe(buffers.Select(buffer => buffer.Name));
        foreach (BufferPlan buffer in placed)
        {
            (buffer.Offset % 64).ShouldBe(0);
            (buffer.Offset + buffer.Length).ShouldBeLessThanOrEqualTo(length);
            foreach (BufferPlan other in placed.Where(other => other != buffer && other.LivesWith(buffer)))
            {
                (buffer.Offset + buffer.Length <= other.Offset || other.Offset + other.Length <= buffer.Offset).ShouldBeTrue($"{buffer} and {other}");
            }
        }

        // No more than side by side, no less than what lives at the busiest time.
        length.ShouldBeLessThanOrEqualTo(buffers.Sum(buffer => Buffers.Align(buffer.Length)));
        length.ShouldBeGreaterThanOrEqualTo(Enumerable.Range(0, 13).Max(time =>
            buffers.Where(buffer => buffer.First <= time && time <= buffer.Last).Sum(buffer => buffer.Length)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));

    [Fact]
    public void BuffersOfDifferentTimesShareTheirMemory()
    {
        BufferPlan early = new("Early", "", true, 640, 10, 0, 1);
        BufferPlan late = new("Late", "", true, 640, 10, 2, 3);
        BufferPlan always = new("Always", "", true, 64, 1, 0, 3);
        (IReadOnlyList<BufferPlan> placed, long length) = Buffers.Place([always, early, late]);
        placed.Select(buffer => buffer.Offset).ShouldBe([6400L, 0L, 0L]);
        length.ShouldBe(6464);
    }

    [Fact]
    public void TheOrderOfTheListDoesNotMoveABuffer() => Prop.ForAll(Arb.From(Lists), buffers =>
        Buffers.Place([.. buffers.Reverse()]).Buffers.Reverse().ShouldBe(Buffers.Place(buffers).Buffers))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

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
}
