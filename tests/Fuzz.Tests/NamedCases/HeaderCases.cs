using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>Headers of the kinds that have led other engines' readers outside of memory, and what users read of them.</summary>
public sealed class HeaderCases
{
    private const uint ArrayType = 9;
    private const uint StringType = 8;

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    public void MoreDimensionsThanFour(int count) => Refusals.OfHeader(Tensor(0, [.. Enumerable.Repeat(1L, count)]))
        .ShouldBe($"test.gguf: tensor 'x' has {count} dimensions, but tensors have 1 to 4.");

    [Theory]
    [InlineData(1L << 32, 1L << 32)]
    [InlineData(1L << 62, 4)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void ElementsWhoseCountOverflows(long columns, long rows) => Refusals.OfHeader(Tensor(0, [columns, rows]))
        .ShouldBe("test.gguf: tensor 'x' has dimensions whose product is beyond 64 bits.");

    [Fact]
    public void MoreElementsThanAnyTensorHas() => Refusals.OfHeader(Tensor(24, [1L << 41]))
        .ShouldBe("test.gguf: tensor 'x' has 2199023255552 elements, but at most 1099511627776 are read.");

    [Theory]
    [InlineData(long.MaxValue / 32 * 32)]
    [InlineData(1L << 62)]
    public void OffsetsThatOverflowWithTheSize(long offset)
    {
        GgufWriter writer = new GgufWriter().AddTensor("x", 0, [1L << 20], new byte[64], offset);
        Refusals.OfHeader(writer).ShouldBe(
            $"test.gguf: tensor 'x' needs 4194304 bytes at offset {offset} of the data, but the file is cut off after {writer.ToArray().Length} bytes. Download or convert it again.");
    }

    [Fact]
    public void OffsetsBeyondSixtyThreeBits() => Refusals.OfHeader(new GgufWriter().AddTensor("x", 0, [1], new byte[64], -32))
        .ShouldBe("test.gguf: tensor 'x' has an offset of 18446744073709551584, which is beyond 63 bits.");

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void AlignmentsThatAreNoPowerOfTwo(int alignment) => Refusals.OfHeader(new GgufWriter(alignment: alignment))
        .ShouldBe($"test.gguf: metadata key 'general.alignment' is {(uint)alignment}, but must be a power of two from 8 to 65536.");

    [Theory]
    [InlineData(-1L)]
    [InlineData(-8L)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void TextsOfNearlyAllMemory(long length)
    {
        GgufWriter value = new GgufWriter().AddRaw("x", StringType, BitConverter.GetBytes(length));
        Refusals.OfHeader(value).ShouldBe($"test.gguf: metadata key 'x' claims {(ulong)length} bytes of text, but {CutOff(value)}");

        GgufWriter element = new GgufWriter().AddRaw("x", ArrayType, [.. BitConverter.GetBytes(StringType), .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(length)]);
        Refusals.OfHeader(element).ShouldBe($"test.gguf: metadata key 'x' claims {(ulong)length} bytes of text, but {CutOff(element)}");

        byte[] key = new GgufWriter().AddBool("x", true).ToArray();
        BitConverter.TryWriteBytes(key.AsSpan(24), length).ShouldBeTrue();
        Refusals.Of(() => Refusals.Read(key)).ShouldBe(
            $"test.gguf: metadata key 1 claims {(ulong)length} bytes of key, but the file is cut off after {key.Length} bytes. Download or convert it again.");
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L << 61)]
    public void ArraysOfNearlyAllMemory(long count)
    {
        GgufWriter writer = new GgufWriter().AddRaw("x", ArrayType, [.. BitConverter.GetBytes(10), .. BitConverter.GetBytes(count)]);
        Refusals.OfHeader(writer).ShouldBe($"test.gguf: metadata key 'x' claims {(ulong)count} array elements, but {CutOff(writer)}");
    }

    [Fact]
    public void ArraysInArraysWithoutEnd()
    {
        byte[] arrayOfOneArray = [.. BitConverter.GetBytes(ArrayType), .. BitConverter.GetBytes(1L)];
        byte[] nested = [.. Enumerable.Repeat(arrayOfOneArray, 100_000).SelectMany(bytes => bytes), .. BitConverter.GetBytes(5), .. BitConverter.GetBytes(0L)];
        Refusals.OfHeader(new GgufWriter().AddRaw("x", ArrayType, nested))
            .ShouldBe("test.gguf: metadata key 'x' has arrays nested more than 4 deep, which is not read.");
    }

    [Fact]
    public void KeysThatAreThereTwice() => Refusals.OfHeader(new GgufWriter().AddUInt32("x", 1).AddString("x", "1"))
        .ShouldBe("test.gguf: metadata key 'x' is there twice. Remove one, or convert the model again.");

    [Fact]
    public void TensorsThatAreThereTwice() => Refusals.OfHeader(new GgufWriter().AddTensor("x", [1], [1f]).AddTensor("x", [2], [1f, 2f]))
        .ShouldBe("test.gguf: tensor 'x' is there twice. Convert the model again.");

    public static IEnumerable<TheoryDataRow<long, long, string>> Overlaps() =>
    [
        new(0, 0, "tensor 'b' starts at offset 0 of the data, within tensor 'a', which has 64 bytes from offset 0 on. Convert the model again."),
        new(0, 32, "tensor 'b' starts at offset 32 of the data, within tensor 'a', which has 64 bytes from offset 0 on. Convert the model again."),
        new(32, 0, "tensor 'a' starts at offset 32 of the data, within tensor 'b', which has 64 bytes from offset 0 on. Convert the model again."),
    ];

    /// <summary>In the file, and in a snapshot that somebody has edited.</summary>
    [Theory]
    [MemberData(nameof(Overlaps))]
    public void TensorsThatLieOverEachOther(long first, long second, string problem)
    {
        GgufWriter writer = new GgufWriter().AddTensor("a", 0, [16], new byte[64], first).AddTensor("b", 0, [16], new byte[64], second);
        Refusals.OfHeader(writer).ShouldBe("test.gguf: " + problem);

        GgufHeader apart = SeedModels.ReadHeader(new GgufWriter().AddTensor("a", [16], new float[16]).AddTensor("b", [16], new float[16]).ToArray());
        string snapshot = GgufSnapshot.Write(apart, "test.gguf")
            .Replace("a F32 16 @0", $"a F32 16 @{first}", StringComparison.Ordinal).Replace("b F32 16 @64", $"b F32 16 @{second}", StringComparison.Ordinal);
        Refusals.Of(() => GgufSnapshot.Parse(snapshot)).ShouldContain(problem);
    }

    [Fact]
    public void TensorsSideBySideInAnyOrder() => Refusals.Read(
        new GgufWriter().AddTensor("a", 0, [16], new byte[64], 64).AddTensor("b", 0, [16], new byte[64], 0).ToArray()).Header.Tensors.Count.ShouldBe(2);

    private static GgufWriter Tensor(int typeId, long[] shape) => new GgufWriter().AddTensor("x", typeId, shape, new byte[64]);

    private static string CutOff(GgufWriter writer) => $"the file is cut off after {writer.ToArray().Length} bytes. Download or convert it again.";
}
