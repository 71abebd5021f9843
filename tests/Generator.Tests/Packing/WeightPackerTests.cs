using System;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Gguf;
using ModelGen.Layout;
using ModelGen.Packing;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Packing;

/// <summary>Weights are packed range by range: however the section is cut, and whatever the memory held, the bytes are the same.</summary>
public sealed unsafe class WeightPackerTests
{
    // Rows that fill no whole strip, so that strips have padding; formats of all kinds.
    private static readonly TinyModel Model = new()
    {
        Name = "cut",
        Layers = 2,
        Embedding = 96,
        Heads = 3,
        KeyValueHeads = 1,
        HeadDimension = 32,
        Hidden = 160,
        Vocabulary = 301,
        Format = TensorKind.Q4_0,
        Formats = new System.Collections.Generic.Dictionary<string, TensorKind>
        {
            ["blk.0.attn_q.weight"] = TensorKind.Q8_0,
            ["blk.0.ffn_down.weight"] = TensorKind.F16,
            ["output.weight"] = TensorKind.F32,
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(99_991)]
    public void HoweverTheSectionIsCutTheBytesAreTheSame(int rangeBytes)
    {
        byte[] whole = Pack(rangeBytes: int.MaxValue);
        whole.Count(value => value != 0).ShouldBeGreaterThan(whole.Length / 2);

        Pack(rangeBytes).ShouldBe(whole);
    }

    /// <summary>Each row of a matrix is found where docs/weights-format.md puts it, read by hand.</summary>
    [Fact]
    public void RowsStandWhereTheFormatSays()
    {
        byte[] file = Model.ToArray();
        GgufHeader header = HeaderOf(file);
        PackedMatrix output = LayoutOf(header).Output!;
        byte[] packed = Pack(rangeBytes: 5000);
        long source = header.DataOffset + header.Tensors.Single(tensor => tensor.Name == "output.weight").Offset;
        for (int row = 0; row < Model.Vocabulary; row++)
        {
            for (int column = 0; column < Model.Embedding; column++)
            {
                long index = output.Offset + (((row / 16 * Model.Embedding) + column) * 16 + row % 16) * (long)sizeof(float);
                BitConverter.ToSingle(packed, (int)index).ShouldBe(
                    BitConverter.ToSingle(file, (int)source + (row * Model.Embedding + column) * sizeof(float)));
            }
        }
    }

    /// <summary>Rows that stand in runs between others are taken from there: here two of each five, over the border of a strip.</summary>
    [Fact]
    public void RowsOfRunsAreFoundBetweenOthers()
    {
        byte[] file = Model.ToArray();
        GgufHeader header = HeaderOf(file);
        TensorSpec runs = Architecture.Recognise(header).Spec!.Head.Output!.RunsOfRows(first: 3, run: 2, pitch: 5, runs: 23);
        PackedMatrix matrix = new(new[] { new MatrixSource("Runs", runs) }.ToEquatableArray(), Paired: false, Prefix: "", Offset: 0);
        WeightLayout layout = LayoutOf(header) with { TokenEmbedding = matrix, Length = matrix.Length };
        byte[] packed = Pack(file, header, layout, rangeBytes: 5000, (int)matrix.Length);
        long source = header.DataOffset + header.Tensors.Single(tensor => tensor.Name == "output.weight").Offset;
        for (int row = 0; row < runs.Rows; row++)
        {
            int sourceRow = 3 + row / 2 * 5 + row % 2;
            for (int column = 0; column < Model.Embedding; column++)
            {
                BitConverter.ToSingle(packed, ((row / 16 * Model.Embedding + column) * 16 + row % 16) * sizeof(float)).ShouldBe(
                    BitConverter.ToSingle(file, (int)source + (sourceRow * Model.Embedding + column) * sizeof(float)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(SectionChecksum.BlockBytes)]
    [InlineData(2 * SectionChecksum.BlockBytes + 5)]
    public void TheChecksumOfASectionIsTheHashOfItsBlocksHashes(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        byte[] hashes = [.. data.Chunk(4 << 20).SelectMany(block => BitConverter.GetBytes(XxHash64.Hash(block)))];

        fixed (byte* start = data)
        {
            SectionChecksum.Of(start, length).ShouldBe(XxHash64.Hash(hashes));
        }
    }

    private static byte[] Pack(int rangeBytes)
    {
        byte[] file = Model.ToArray();
        GgufHeader header = HeaderOf(file);
        WeightLayout layout = LayoutOf(header);
        return Pack(file, header, layout, rangeBytes, (int)layout.Length);
    }

    private static byte[] Pack(byte[] file, GgufHeader header, WeightLayout layout, int rangeBytes, int length)
    {
        byte[] packed = new byte[length];
        Array.Fill(packed, (byte)0xA5);
        using var source = new ArraySource(file);
        fixed (byte* target = packed)
        {
            var packer = new WeightPacker(header, layout);
            fixed (byte* scratch = new byte[packer.ScratchBytes])
            {
                for (long offset = 0; offset < packed.Length; offset += rangeBytes)
                {
                    packer.Fill(offset, Math.Min(rangeBytes, packed.Length - offset), target + offset, scratch, source);
                }
            }
        }

        return packed;
    }

    private static GgufHeader HeaderOf(byte[] file) => GgufHeaderReader.Read(new MemoryStream(file), "cut.gguf").Header;

    private static WeightLayout LayoutOf(GgufHeader header) => WeightLayout.Create(Architecture.Recognise(header).Spec!);
}
