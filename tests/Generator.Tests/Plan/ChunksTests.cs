using System;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Generator.Plan;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>How the strips of a matrix are shared out among the workers.</summary>
public sealed class ChunksTests
{
    private static readonly Gen<(int Strips, long Bytes)> Matrices =
        from strips in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, 10_000))
        from bytes in Gen.OneOf(Gen.Choose(64, 4096), Gen.Choose(64, 1 << 24))
        select (strips, (long)bytes);

    [Fact]
    public void EveryStripIsInExactlyOneChunk() => Hold((matrix, chunks) =>
    {
        chunks.Strips.ShouldBePositive();
        chunks.Count.ShouldBePositive();
        (chunks.Count * chunks.Strips).ShouldBeGreaterThanOrEqualTo(matrix.Strips);
        ((chunks.Count - 1) * chunks.Strips).ShouldBeLessThan(matrix.Strips);
    });

    [Fact]
    public void OneRowNeverHasMoreThan32() =>
        Hold(matrix => Chunks.ForOneRow(matrix.Strips, matrix.Bytes), (_, chunks) => chunks.Count.ShouldBeLessThanOrEqualTo(32));

    [Fact]
    public void AChunkOfOneRowIsWorthHandingOut() => Hold(matrix => Chunks.ForOneRow(matrix.Strips, matrix.Bytes), (matrix, chunks) =>
    {
        if (chunks.Count > 1)
        {
            (chunks.Strips * matrix.Bytes).ShouldBeGreaterThanOrEqualTo(16 << 10);
        }
    });

    [Fact]
    public void LargeMatricesGiveEveryWorkerSeveralChunks()
    {
        Chunks.ForOneRow(1000, 4096).ShouldBe(new Chunks(32, 32));
        Chunks.ForOneRow(4, 4096).ShouldBe(new Chunks(4, 1));
        Chunks.ForManyRows(5, 4096).ShouldBe(new Chunks(1, 5));
        Chunks.ForManyRows(33, 4096).ShouldBe(new Chunks(2, 17));
    }

    [Fact]
    public void AChunkOfManyRowsStaysInTheCache()
    {
        Chunks.ForManyRows(128, 64 << 10).ShouldBe(new Chunks(4, 32));
        Chunks.ForManyRows(4, 1 << 20).ShouldBe(new Chunks(1, 4));
    }

    private static void Hold(Action<(int Strips, long Bytes), Chunks> property)
    {
        Hold(matrix => Chunks.ForOneRow(matrix.Strips, matrix.Bytes), property);
        Hold(matrix => Chunks.ForManyRows(matrix.Strips, matrix.Bytes), property);
    }

    private static void Hold(Func<(int Strips, long Bytes), Chunks> share, Action<(int Strips, long Bytes), Chunks> property) =>
        Prop.ForAll(Arb.From(Matrices), matrix => property(matrix, share(matrix))).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));
}
