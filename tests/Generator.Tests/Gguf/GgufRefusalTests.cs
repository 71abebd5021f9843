using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>What the reader refuses, and in which words.</summary>
public sealed class GgufRefusalTests
{
    private const uint ArrayType = 9;
    private const uint StringType = 8;

    private static string Refusal(byte[] file) =>
        Should.Throw<ModelGenException>(() => GgufHeaderReaderTests.Read(file)).Message;

    private static string Refusal(GgufWriter writer) => Refusal(writer.ToArray());

    [Theory]
    [InlineData("PK\u0003\u0004....", "it starts with the bytes 50 4B 03 04, not with \"GGUF\".")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "it starts with \"vers\", not with \"GGUF\". If it is a Git LFS pointer, fetch the file itself with \"git lfs pull\".")]
    [InlineData("tjgg....", "it starts with \"tjgg\", not with \"GGUF\". It is in ggml's older format: convert the model to GGUF again.")]
    [InlineData("<!DOCTYPE html>", "it starts with \"<!DO\", not with \"GGUF\". It is a web page: download the file itself.")]
    [InlineData("", "it has only 0 bytes. Download or convert it again.")]
    [InlineData("GGU", "it has only 3 bytes. Download or convert it again.")]
    public void OtherFiles(string content, string reason) =>
        Refusal(Encoding.ASCII.GetBytes(content)).ShouldBe("test.gguf is not a GGUF file: " + reason);

    [Theory]
    [InlineData(0, "test.gguf is GGUF version 0, but versions 2 and 3 are read: convert the model for one of these, or update ModelGen.")]
    [InlineData(1, "test.gguf is GGUF version 1, which is no longer read: convert the model again with current tools.")]
    [InlineData(4, "test.gguf is GGUF version 4, but versions 2 and 3 are read: convert the model for one of these, or update ModelGen.")]
    [InlineData(0x03000000, "test.gguf is a big-endian GGUF file: convert it to little-endian.")]
    public void OtherVersions(int version, string message) => Refusal(new GgufWriter(version)).ShouldBe(message);

    [Fact]
    public void CountsBeyondTheFile()
    {
        byte[] file = new GgufWriter().AddString("general.name", "x").ToArray();
        byte[] tensors = [.. file];
        BitConverter.TryWriteBytes(tensors.AsSpan(8), ulong.MaxValue).ShouldBeTrue();
        Refusal(tensors).ShouldBe($"test.gguf: the header claims 18446744073709551615 tensors, but the file is cut off after {file.Length} bytes. Download or convert it again.");

        byte[] keys = [.. file];
        BitConverter.TryWriteBytes(keys.AsSpan(16), 1000L).ShouldBeTrue();
        Refusal(keys).ShouldBe($"test.gguf: the header claims 1000 metadata keys, but the file is cut off after {file.Length} bytes. Download or convert it again.");
    }

    [Fact]
    public void CountsBeyondReason()
    {
        byte[] file = new byte[4 << 20];
        new GgufWriter().ToArray().CopyTo(file, 0);
        BitConverter.TryWriteBytes(file.AsSpan(16), 20_000L).ShouldBeTrue();
        Refusal(file).ShouldBe("test.gguf: the header claims 20000 metadata keys; more than 16384 are not read.");

        BitConverter.TryWriteBytes(file.AsSpan(8), 70_000L).ShouldBeTrue();
        Refusal(file).ShouldBe("test.gguf: the header claims 70000 tensors; more than 65536 are not read.");
    }

    [Fact]
    public void DuplicateKeys() => Refusal(new GgufWriter().AddBool("a.b", true).AddBool("a.b", true))
        .ShouldBe("test.gguf: metadata key 'a.b' is there twice. Remove one, or convert the model again.");

    [Fact]
    public void DuplicateTensors() => Refusal(new GgufWriter().AddTensor("a", [1], [1f]).AddTensor("a", [1], [1f]))
        .ShouldBe("test.gguf: tensor 'a' is there twice. Convert the model again.");

    [Fact]
    public void BadNames()
    {
        Refusal(new GgufWriter().AddBool("", true)).ShouldBe("test.gguf: metadata key 1 has a key of 0 bytes, but a key has 1 to 65535.");
        Refusal(new GgufWriter().AddBool(new string('k', 65536), true)).ShouldBe("test.gguf: metadata key 1 has a key of 65536 bytes, but a key has 1 to 65535.");
        GgufHeaderReaderTests.Read(new GgufWriter().AddBool(new string('k', 65535), true).ToArray()).Header.Metadata.Count.ShouldBe(1);
        Refusal(new GgufWriter().AddTensor(new string('t', 257), [1], [1f])).ShouldBe("test.gguf: tensor 1 has a name of 257 bytes, but a name has 1 to 256.");
        Refusal(Replace(new GgufWriter().AddBool("kkkk", true), "kkkk", [0xC3, 0x28, 0xFF, 0xFE])).ShouldBe("test.gguf: metadata key 1 has a key that is not valid UTF-8.");
        Refusal(Replace(new GgufWriter().AddTensor("tttt", [1], [1f]), "tttt", [0xC3, 0x28, 0xFF, 0xFE])).ShouldBe("test.gguf: tensor 1 has a name that is not valid UTF-8.");
    }

    [Fact]
    public void LongNamesAreCutInMessages() =>
        Refusal(new GgufWriter().AddRaw(new string('\n', 1000), 13, [])).Length.ShouldBeLessThan(300);

    [Fact]
    public void UnknownValueTypes()
    {
        Refusal(new GgufWriter().AddRaw("x.y", 13, [])).ShouldBe("test.gguf: metadata key 'x.y' has value type 13, which GGUF does not define. The file is damaged.");
        Refusal(new GgufWriter().AddRaw("x.y", ArrayType, [.. BitConverter.GetBytes(99), .. BitConverter.GetBytes(0L)]))
            .ShouldBe("test.gguf: metadata key 'x.y' has value type 99, which GGUF does not define. The file is damaged.");
    }

    [Fact]
    public void OtherBools()
    {
        const string Message = "test.gguf: metadata key 'x.y' has a bool of 2, but bools are 0 or 1. The file is damaged.";
        Refusal(new GgufWriter().AddRaw("x.y", 7, [2])).ShouldBe(Message);
        Refusal(new GgufWriter().AddArray("x.y", GgufWriter.ValueType.Bool, Enumerable.Repeat((byte)2, 1000), (writer, value) => writer.Write(value)))
            .ShouldBe(Message);
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(-1L)]
    public void LengthsBeyondTheFile(long length)
    {
        byte[] text = new GgufWriter().AddRaw("x.y", StringType, BitConverter.GetBytes(length)).ToArray();
        Refusal(text).ShouldBe($"test.gguf: metadata key 'x.y' claims {(ulong)length} bytes of text, but the file is cut off after {text.Length} bytes. Download or convert it again.");

        byte[] array = new GgufWriter().AddRaw("x.y", ArrayType, [.. BitConverter.GetBytes(5), .. BitConverter.GetBytes(length)]).ToArray();
        Refusal(array).ShouldBe($"test.gguf: metadata key 'x.y' claims {(ulong)length} array elements, but the file is cut off after {array.Length} bytes. Download or convert it again.");
    }

    [Fact]
    public void ArraysNestedTooDeep()
    {
        byte[] arrayOfOneArray = [.. BitConverter.GetBytes(ArrayType), .. BitConverter.GetBytes(1L)];
        byte[] emptyArray = [.. BitConverter.GetBytes(5), .. BitConverter.GetBytes(0L)];

        byte[] four = [.. Enumerable.Repeat(arrayOfOneArray, 3).SelectMany(bytes => bytes), .. emptyArray];
        GgufHeaderReaderTests.Read(new GgufWriter().AddRaw("deep", ArrayType, four).ToArray()).Header.Metadata.Count.ShouldBe(1);

        byte[] thousand = [.. Enumerable.Repeat(arrayOfOneArray, 1000).SelectMany(bytes => bytes), .. emptyArray];
        const string Message = "test.gguf: metadata key 'deep' has arrays nested more than 4 deep, which is not read.";
        Refusal(new GgufWriter().AddRaw("deep", ArrayType, thousand)).ShouldBe(Message);

        // The same below an array that is only passed over.
        byte[] arrayOfManyArrays = [.. BitConverter.GetBytes(ArrayType), .. BitConverter.GetBytes(300L)];
        Refusal(new GgufWriter().AddRaw("deep", ArrayType, [.. arrayOfManyArrays, .. thousand])).ShouldBe(Message);
    }

    [Fact]
    public void MoreTextThanAHeaderKeeps()
    {
        string text = new('x', GgufValue.MaxKeptTextBytes);
        GgufWriter writer = new();
        for (int i = 0; i < 257; i++)
        {
            writer.AddString("text" + i, text);
        }

        Refusal(writer).ShouldBe("test.gguf: metadata key 'text255' does not fit: names and values beside long arrays have more than 16 MiB, which is not read.");
    }

    [Fact]
    public void HeadersBeyondReason()
    {
        const long Elements = 300L << 20;
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FileStream file = new(path, FileMode.CreateNew))
            {
                file.Write(new GgufWriter().AddRaw("x.y", ArrayType, [.. BitConverter.GetBytes(0), .. BitConverter.GetBytes(Elements)]).ToArray());
                file.SetLength(1L << 30);
            }

            Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile(path)).Message
                .ShouldEndWith($": metadata key 'x.y' claims {Elements} array elements, but headers have at most 256 MiB. The file is damaged.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(24)]
    [InlineData(131072)]
    [InlineData(-8)]
    public void BadAlignments(int alignment) => Refusal(new GgufWriter(alignment: alignment))
        .ShouldBe($"test.gguf: metadata key 'general.alignment' is {(uint)alignment}, but must be a power of two from 8 to 65536.");

    [Fact]
    public void AlignmentOfAnotherType() => Refusal(new GgufWriter().AddInt32("general.alignment", 32))
        .ShouldBe("test.gguf: metadata key 'general.alignment' has type int32, but the alignment is a uint32.");

    public static IEnumerable<TheoryDataRow<int, long[], long, string>> BadTensors() =>
    [
        new(77, [32], 0, "has ggml type 77, which this version of ModelGen does not know."),
        new(4, [32], 0, "has ggml type 4, which this version of ModelGen does not know."),
        new(-1, [32], 0, "has ggml type 4294967295, which this version of ModelGen does not know."),
        new(0, [], 0, "has 0 dimensions, but tensors have 1 to 4."),
        new(0, [1, 1, 1, 1, 1], 0, "has 5 dimensions, but tensors have 1 to 4."),
        new(0, [4, 0], 0, "has a dimension of 0."),
        new(0, [0], 0, "has a dimension of 0."),
        new(0, [4, -1], 0, "has a dimension of 18446744073709551615, which is beyond 63 bits."),
        new(2, [33], 0, "has rows of 33 elements, which is no whole number of Q4_0 blocks of 32."),
        new(0, [1L << 62], 0, "has dimensions whose product is beyond 64 bits."),
        new(0, [1L << 32, 1L << 32], 0, "has dimensions whose product is beyond 64 bits."),
        new(41, [1L << 62, 2], 0, "has dimensions whose product is beyond 64 bits."),
        new(0, [1], 16, "starts at offset 16, which is no multiple of the file's alignment 32."),
        new(0, [1], long.MinValue, "has an offset of 9223372036854775808, which is beyond 63 bits."),
    ];

    [Theory]
    [MemberData(nameof(BadTensors))]
    public void Tensors(int typeId, long[] shape, long offset, string problem) =>
        Refusal(new GgufWriter().AddTensor("blk.0.x", typeId, shape, new byte[64], offset)).ShouldBe("test.gguf: tensor 'blk.0.x' " + problem);

    [Theory]
    [InlineData(64, 65)]
    [InlineData(1 << 30, 1)]
    [InlineData(long.MaxValue / 32 * 32, 1)]
    public void TensorsBeyondTheFile(long offset, int elements)
    {
        byte[] file = new GgufWriter().AddTensor("first", [1], [1f]).AddTensor("last", 24, [elements], new byte[96], offset).ToArray();
        Refusal(file).ShouldBe(
            $"test.gguf: tensor 'last' needs {elements} bytes at offset {offset} of the data, but the file is cut off after {file.Length} bytes. Download or convert it again.");
    }

    [Fact]
    public void FilesCutOffInTheirData()
    {
        byte[] file = new GgufWriter().AddTensor("first", [1], [1f]).AddTensor("last", [2], [1f, 2f]).ToArray();
        GgufHeaderReaderTests.Read(file).Header.Tensors.Count.ShouldBe(2);
        Refusal(file[..^1]).ShouldStartWith("test.gguf: tensor 'last' needs 8 bytes at offset 32 of the data, but the file is cut off after");
        Refusal(file[..^37]).ShouldStartWith("test.gguf: tensor 'first' needs 4 bytes at offset 0 of the data, but the file is cut off after");
    }

    [Fact]
    public void MissingFiles()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string path = Path.Combine(folder, "none.gguf");
        Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile(path)).Message.ShouldBe(path + " does not exist.");
        Directory.CreateDirectory(folder);
        Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile(path)).Message.ShouldBe(path + " does not exist.");
        Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile(folder)).Message.ShouldStartWith(folder + " cannot be read: ");
        Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile("")).Message.ShouldContain("cannot be read: ");
        Directory.Delete(folder);
    }

    [Fact]
    public void FilesThatBecomeShorter()
    {
        byte[] file = new GgufWriter().AddString("general.name", "x").ToArray();
        Should.Throw<ModelGenException>(() => GgufHeaderReader.Read(new ShrinkingStream(file), "test.gguf")).Message
            .ShouldBe("test.gguf: metadata key 'general.name' ends early: the file became shorter while it was read.");
    }

    private static byte[] Replace(GgufWriter writer, string text, byte[] bytes)
    {
        byte[] file = writer.ToArray();
        bytes.CopyTo(file, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)));
        return file;
    }

    /// <summary>Says that it has one byte more than it gives.</summary>
    private sealed class ShrinkingStream(byte[] content) : MemoryStream(content, 0, content.Length - 1)
    {
        public override long Length => base.Length + 1;
    }
}
