using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>What the reader makes of valid files.</summary>
public sealed class GgufHeaderReaderTests
{
    internal static GgufFile Read(byte[] file) => GgufHeaderReader.Read(new MemoryStream(file), "test.gguf");

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void ReadsEveryScalarType(int version)
    {
        GgufHeader header = Read(new GgufWriter(version)
            .AddUInt8("u8", 200)
            .AddInt8("i8", -100)
            .AddUInt16("u16", 60_000)
            .AddInt16("i16", -30_000)
            .AddUInt32("u32", 4_000_000_000)
            .AddInt32("i32", -2_000_000_000)
            .AddUInt64("u64", ulong.MaxValue)
            .AddInt64("i64", long.MinValue)
            .AddFloat32("f32", 1e-5f)
            .AddFloat64("f64", 0.1)
            .AddBool("no", false)
            .AddBool("yes", true)
            .AddString("text", "Grüße, 世界 🌍\n")
            .ToArray()).Header;

        header.Version.ShouldBe(version);
        header.Metadata.ShouldBe(
        [
            new("u8", new(GgufValueType.UInt8, Integer: 200)),
            new("i8", new(GgufValueType.Int8, Integer: -100)),
            new("u16", new(GgufValueType.UInt16, Integer: 60_000)),
            new("i16", new(GgufValueType.Int16, Integer: -30_000)),
            new("u32", new(GgufValueType.UInt32, Integer: 4_000_000_000)),
            new("i32", new(GgufValueType.Int32, Integer: -2_000_000_000)),
            new("u64", new(GgufValueType.UInt64, Integer: -1)),
            new("i64", new(GgufValueType.Int64, Integer: long.MinValue)),
            new("f32", new(GgufValueType.Float32, Real: 1e-5f)),
            new("f64", new(GgufValueType.Float64, Real: 0.1)),
            new("no", new(GgufValueType.Bool, Integer: 0)),
            new("yes", new(GgufValueType.Bool, Integer: 1)),
            new("text", new(GgufValueType.String, Text: "Grüße, 世界 🌍\n")),
        ]);
    }

    [Fact]
    public void ReadsArraysOfEveryScalarType()
    {
        GgufHeader header = Read(new GgufWriter()
            .AddArray("u8", GgufWriter.ValueType.UInt8, [byte.MinValue, byte.MaxValue], (writer, value) => writer.Write(value))
            .AddArray("i16", GgufWriter.ValueType.Int16, [short.MinValue, short.MaxValue], (writer, value) => writer.Write(value))
            .AddArray("u64", GgufWriter.ValueType.UInt64, [ulong.MaxValue], (writer, value) => writer.Write(value))
            .AddArray("f64", GgufWriter.ValueType.Float64, [double.NegativeInfinity, double.NaN], (writer, value) => writer.Write(value))
            .AddArray("bool", GgufWriter.ValueType.Bool, [true, false], (writer, value) => writer.Write(value))
            .AddInt32s("i32", 1, -2, 3)
            .AddFloats("f32", 0.5f, -0f)
            .AddStrings("strings", "a", "", "ü")
            .AddInt32s("empty")
            .ToArray()).Header;

        Elements("u8").ShouldBe([new(GgufValueType.UInt8, 0), new(GgufValueType.UInt8, 255)]);
        Elements("i16").ShouldBe([new(GgufValueType.Int16, short.MinValue), new(GgufValueType.Int16, short.MaxValue)]);
        Elements("u64").ShouldBe([new(GgufValueType.UInt64, -1)]);
        Elements("f64").ShouldBe([new(GgufValueType.Float64, Real: double.NegativeInfinity), new(GgufValueType.Float64, Real: double.NaN)]);
        Elements("bool").ShouldBe([new(GgufValueType.Bool, 1), new(GgufValueType.Bool, 0)]);
        Elements("i32").ShouldBe([new(GgufValueType.Int32, 1), new(GgufValueType.Int32, -2), new(GgufValueType.Int32, 3)]);
        Elements("f32").ShouldBe([new(GgufValueType.Float32, Real: 0.5), new(GgufValueType.Float32, Real: -0.0)]);
        Elements("strings").Select(value => value.Text).ShouldBe(["a", "", "ü"]);
        Elements("empty").ShouldBeEmpty();
        header.Find("empty")!.Array!.HasElements.ShouldBeTrue();

        GgufValue[] Elements(string key) => [.. header.Find(key)!.Array!.Elements];
    }

    [Fact]
    public void ReadsNestedArrays()
    {
        GgufHeader header = Read(new GgufWriter()
            .AddArray("nested", GgufWriter.ValueType.Array, [new[] { 1, 2 }, [3]], WriteInt32s)
            .ToArray()).Header;

        GgufArray outer = header.Find("nested")!.Array!;
        outer.ElementType.ShouldBe(GgufValueType.Array);
        outer.Elements.Select(inner => inner.Array!.Elements.Select(value => value.Integer)).ShouldBe([[1, 2], [3]]);
        outer.Elements[1].Array!.Hash.ShouldBe(Sha256([3, 0, 0, 0]));
    }

    [Fact]
    public void LongArraysAreKnownByCountAndHash()
    {
        int[] values = [.. Enumerable.Range(0, GgufArray.MaxKeptElements + 1)];
        int[][] nested = [.. values.Select(value => new[] { value })];
        GgufHeader header = Read(new GgufWriter()
            .AddInt32s("short", values.Take(GgufArray.MaxKeptElements))
            .AddInt32s("long", values)
            .AddStrings("strings", values.Select(value => "token " + value))
            .AddArray("bools", GgufWriter.ValueType.Bool, values, (writer, value) => writer.Write(value % 2 == 0))
            .AddArray("nested", GgufWriter.ValueType.Array, nested, WriteInt32s)
            .ToArray()).Header;

        header.Find("short")!.Array!.HasElements.ShouldBeTrue();
        foreach (string key in (string[])["long", "strings", "bools", "nested"])
        {
            GgufArray array = header.Find(key)!.Array!;
            array.Count.ShouldBe(values.Length);
            array.Elements.ShouldBeEmpty();
        }

        header.Find("long")!.Array!.Hash.ShouldBe(Sha256([.. values.SelectMany(BitConverter.GetBytes)]));
    }

    [Fact]
    public void LongTextIsKnownByLengthAndHash()
    {
        string kept = new('a', GgufValue.MaxKeptTextBytes);
        GgufHeader header = Read(new GgufWriter().AddString("kept", kept).AddString("long", kept + "b").ToArray()).Header;

        header.Find("kept")!.Text.ShouldBe(kept);
        GgufValue value = header.Find("long")!;
        value.Text.ShouldBeNull();
        value.Array.ShouldBe(new GgufArray(GgufValueType.UInt8, kept.Length + 1, Sha256(Encoding.UTF8.GetBytes(kept + "b")), default));
    }

    [Fact]
    public void ReplacesInvalidUtf8InValues() =>
        Read(new GgufWriter().AddString("text", [(byte)'a', 0xFF, (byte)'b']).ToArray()).Header.Find("text")!.Text.ShouldBe("a\ufffdb");

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void ReadsTheTensorTable(int alignment)
    {
        GgufWriter writer = new GgufWriter(alignment: alignment)
            .AddTensor("norm", [3], [1f, 2f, 3f])
            .AddTensor("matrix", 2, [64, 2], new byte[2 * 2 * 18])
            .AddTensor("experts", 1, [2, 3, 5, 7], new byte[2 * 3 * 5 * 7 * 2]);
        byte[] file = writer.ToArray();
        byte[] headerBytes = writer.HeaderBytes();
        GgufHeader header = Read(file).Header;

        header.FileLength.ShouldBe(file.Length);
        header.Alignment.ShouldBe(alignment);
        header.HeaderHash.ShouldBe(Sha256(headerBytes));
        (header.DataOffset % alignment).ShouldBe(0);
        (header.DataOffset - headerBytes.Length).ShouldBeInRange(0, alignment - 1);
        header.Tensors.Select(tensor => (tensor.Name, tensor.TypeId, string.Join('x', tensor.Shape), tensor.ElementCount)).ShouldBe(
        [
            ("norm", 0, "3", 3),
            ("matrix", 2, "64x2", 128),
            ("experts", 1, "2x3x5x7", 210),
        ]);
        BitConverter.ToSingle(file, (int)(header.DataOffset + header.Tensors[0].Offset) + 8).ShouldBe(3f);
        header.Tensors[1].Offset.ShouldBe(Math.Max(alignment, 16));
    }

    [Fact]
    public void VocabularyOnlyFilesEndWithTheirHeader()
    {
        GgufWriter writer = new GgufWriter().AddStrings("tokenizer.ggml.tokens", "a", "b");
        GgufHeader header = Read(writer.HeaderBytes()).Header;

        header.Tensors.ShouldBeEmpty();
        header.DataOffset.ShouldBeGreaterThanOrEqualTo(header.FileLength);
    }

    [Fact]
    public void HashesSpanTheReadersBuffer()
    {
        // Values of odd sizes, so that they lie across the ends of 64 KiB buffers.
        byte[][] strings = [.. Enumerable.Range(0, 50_000).Select(i => Encoding.UTF8.GetBytes(new string('x', i % 11)))];
        GgufWriter writer = new GgufWriter().AddStrings("strings", strings);
        for (int i = 0; i < 10_000; i++)
        {
            writer.AddUInt16("key" + i, (ushort)i);
        }

        byte[] file = writer.ToArray();
        GgufFile read = Read(file);

        read.Header.HeaderHash.ShouldBe(Sha256(file));
        read.Header.Find("key9999")!.Integer.ShouldBe(9999);
        read.ReadStrings("strings").ShouldBe(strings);
    }

    [Fact]
    public void ReadsNoWeights()
    {
        const long FileLength = 8L << 30;
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            byte[] header = new GgufWriter()
                .AddString("general.architecture", "llama")
                .AddTensor("big", 0, [1 << 20, 2000], data: [])
                .HeaderBytes();
            using FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite);
            file.Write(header);
            file.SetLength(FileLength);
            file.Position = 0;
            using CountingStream counting = new(file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            GgufHeader read = GgufHeaderReader.Read(counting, "big.gguf").Header;

            read.FileLength.ShouldBe(FileLength);
            read.Tensors[0].ElementCount.ShouldBe(2000L << 20);
            counting.BytesRead.ShouldBeLessThanOrEqualTo(64 * 1024);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void HoldsNoVocabulary()
    {
        byte[] file = new GgufWriter().AddStrings("tokenizer.ggml.tokens", Enumerable.Range(0, 150_000).Select(i => "token number " + i)).ToArray();
        file.Length.ShouldBeGreaterThan(3_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(file);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(256 * 1024);
    }

    internal static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void WriteInt32s(BinaryWriter writer, int[] values) =>
        GgufWriter.WriteArray(writer, GgufWriter.ValueType.Int32, values, (inner, value) => inner.Write(value));
}
