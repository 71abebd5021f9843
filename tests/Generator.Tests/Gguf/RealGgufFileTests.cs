using System.Collections.Generic;
using System.IO;
using System.Linq;

using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>Extra suite: models and vocabularies that other tools wrote.</summary>
public sealed class RealGgufFileTests
{
    private const string None = "";

    /// <summary>The files, or one row that says by its skip that there are none.</summary>
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        RepositoryFiles.SharedModels().DefaultIfEmpty(None).Select(path => new TheoryDataRow<string>(path));

    [Theory]
    [MemberData(nameof(Files))]
    public void ReadsAndRoundTrips(string file)
    {
        Assert.SkipUnless(file != None, RepositoryFiles.NoSharedData);
        string path = Path.Combine(RepositoryFiles.SharedData, file);
        string fileName = Path.GetFileName(path);

        GgufFile model = GgufHeaderReader.ReadFile(path);
        GgufHeader header = model.Header;
        header.FileLength.ShouldBe(new FileInfo(path).Length);
        header.HeaderHash.ShouldBe(HashOfHeader(path, header));

        string text = GgufSnapshot.Write(header, fileName);
        GgufHeader parsed = GgufSnapshot.Parse(text, out string parsedName);
        parsed.ShouldBe(header);
        parsedName.ShouldBe(fileName);
        GgufSnapshot.Write(parsed, parsedName).ShouldBe(text);
        Architecture.Recognise(parsed).ShouldBe(Architecture.Recognise(header));

        byte[][] tokens = model.ReadStrings("tokenizer.ggml.tokens");
        tokens.Length.ShouldBeGreaterThan(2);
        if (header.Find("tokenizer.ggml.token_type") is not null)
        {
            model.ReadIntegers("tokenizer.ggml.token_type").Length.ShouldBe(tokens.Length);
        }

        if (header.Find("tokenizer.ggml.scores") is not null)
        {
            model.ReadSingles("tokenizer.ggml.scores").Length.ShouldBe(tokens.Length);
        }
    }

    /// <summary>The same model in another file has the same shape; in another format it has not.</summary>
    [Fact]
    public void ShapesOfOneModel()
    {
        Assert.SkipUnless(Directory.Exists(RepositoryFiles.SharedData), RepositoryFiles.NoSharedData);
        string[] hashes =
        [
            .. new[] { "tok105-f32", "tok105-Q8_0", "tok105-Q4_0" }
                .Select(name => Path.Combine(RepositoryFiles.SharedData, "models", name + ".gguf"))
                .Select(path => Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header).Spec!.ShapeHash),
        ];
        hashes.ShouldBeUnique();
    }

    /// <summary>The header ends within one alignment before the data: one of these lengths must hash as the reader says.</summary>
    private static string HashOfHeader(string path, GgufHeader header)
    {
        byte[] bytes = new byte[header.DataOffset];
        using FileStream stream = File.OpenRead(path);
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Enumerable.Range(0, header.Alignment)
            .Where(padding => header.DataOffset - padding <= length)
            .Select(padding => GgufHeaderReaderTests.Sha256(bytes[..(int)(header.DataOffset - padding)]))
            .FirstOrDefault(hash => hash == header.HeaderHash, "none");
    }
}
