using System;
using System.IO;
using System.Linq;

using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>Reading whole arrays back, as packing a vocabulary does.</summary>
public sealed class GgufFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40_000)]
    public void ReadsArraysBack(int count)
    {
        byte[][] tokens = [.. Enumerable.Range(0, count).Select(i => new byte[] { 0xFF, (byte)i, (byte)(i >> 8) }[..(i % 4)])];
        float[] scores = [.. Enumerable.Range(0, count).Select(i => -i / 3f)];
        int[] types = [.. Enumerable.Range(0, count).Select(i => i * 7 - 100)];
        GgufWriter writer = new GgufWriter()
            .AddStrings("tokens", tokens)
            .AddFloats("scores", scores)
            .AddInt32s("types", types);
        writer.Save(_path);

        GgufFile file = GgufHeaderReader.ReadFile(_path);
        file.Path.ShouldBe(_path);
        file.DisplayName.ShouldBe(Path.GetFileName(_path));
        file.ReadIntegers("types").ShouldBe(types);
        file.ReadStrings("tokens").ShouldBe(tokens);
        file.ReadSingles("scores").ShouldBe(scores);

        GgufHeaderReaderTests.Read(writer.ToArray()).ReadSingles("scores").ShouldBe(scores);
    }

    [Fact]
    public void ReadsIntegersOfEveryWidth()
    {
        GgufFile file = GgufHeaderReaderTests.Read(new GgufWriter()
            .AddArray("u8", GgufWriter.ValueType.UInt8, [byte.MaxValue], (writer, value) => writer.Write(value))
            .AddArray("i8", GgufWriter.ValueType.Int8, [sbyte.MinValue], (writer, value) => writer.Write(value))
            .AddArray("u32", GgufWriter.ValueType.UInt32, [7u], (writer, value) => writer.Write(value))
            .AddArray("i64", GgufWriter.ValueType.Int64, [(long)int.MinValue], (writer, value) => writer.Write(value))
            .AddArray("big", GgufWriter.ValueType.UInt64, [ulong.MaxValue], (writer, value) => writer.Write(value))
            .ToArray());

        file.ReadIntegers("u8").ShouldBe([255]);
        file.ReadIntegers("i8").ShouldBe([-128]);
        file.ReadIntegers("u32").ShouldBe([7]);
        file.ReadIntegers("i64").ShouldBe([int.MinValue]);
        Should.Throw<ModelGenException>(() => file.ReadIntegers("big")).Message
            .ShouldBe("test.gguf: metadata key 'big' has the element 18446744073709551615, which is beyond 32 bits.");
    }

    [Fact]
    public void RefusesOtherKeys()
    {
        GgufFile file = GgufHeaderReaderTests.Read(new GgufWriter().AddUInt32("scalar", 1).AddStrings("strings", "a").ToArray());
        Should.Throw<ModelGenException>(() => file.ReadSingles("none")).Message.ShouldBe("test.gguf: metadata key 'none' is missing.");
        Should.Throw<ModelGenException>(() => file.ReadIntegers("scalar")).Message.ShouldBe("test.gguf: metadata key 'scalar' is no array.");
        Should.Throw<ModelGenException>(() => file.ReadSingles("strings")).Message
            .ShouldBe("test.gguf: metadata key 'strings' is an array of string, not of float32.");
    }

    [Fact]
    public void RefusesAFileThatHasChanged()
    {
        new GgufWriter().AddInt32s("types", 1, 2, 3).Save(_path);
        GgufFile file = GgufHeaderReader.ReadFile(_path);
        string message = $"{file.DisplayName}: metadata key 'types' is not what the header said: the file was changed while it was in use. Start again.";

        new GgufWriter().AddInt32s("types", 1, 2, 4).Save(_path);
        Should.Throw<ModelGenException>(() => file.ReadIntegers("types")).Message.ShouldBe(message);
        new GgufWriter().AddInt32s("types", 1).Save(_path);
        Should.Throw<ModelGenException>(() => file.ReadIntegers("types")).Message.ShouldBe(message);
        File.Delete(_path);
        Should.Throw<ModelGenException>(() => file.ReadIntegers("types")).Message.ShouldBe(_path + " does not exist.");
    }
}
