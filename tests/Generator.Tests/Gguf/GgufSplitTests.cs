using System;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Tests.Tasks;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>The parts of a split model are one header, and whatever is not one of them is one clear error.</summary>
public sealed class GgufSplitTests : IDisposable
{
    private const string Name = "a model";

    private static readonly byte[] Whole = TaskFolder.Tiny().ToArray();
    private static readonly byte[][] Parts = SplitGguf.Of(Whole, 3);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "ModelGen split " + Path.GetRandomFileName());

    public GgufSplitTests() => Directory.CreateDirectory(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ThePartsAreOneHeader()
    {
        GgufHeader whole = Read(Write("whole.gguf", Whole));
        GgufFile file = GgufHeaderReader.ReadFile(SplitGguf.Write(_folder, Name, Parts));
        GgufHeader split = file.Header;
        file.Paths.Select(path => Path.GetFileName(path)).ShouldBe([.. Enumerable.Range(1, 3).Select(number => SplitGguf.NameOf(Name, number, 3))]);
        split.PartCount.ShouldBe(3);
        split.TotalLength.ShouldBe(Parts.Sum(part => part.Length));
        split.Tensors.Select(tensor => (tensor.Name, tensor.TypeId, tensor.Shape)).ShouldBe(whole.Tensors.Select(tensor => (tensor.Name, tensor.TypeId, tensor.Shape)));
        split.Tensors.Select(tensor => tensor.Part).ShouldBe([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
        split.Metadata.Take(whole.Metadata.Count).ShouldBe(whole.Metadata);
        byte[] joined = [.. Parts.SelectMany(part => part)];
        foreach ((GgufTensor tensor, GgufTensor same) in split.Tensors.Zip(whole.Tensors))
        {
            int bytes = (int)tensor.ElementCount * sizeof(float);
            joined.AsSpan((int)split.PositionOf(tensor), bytes).SequenceEqual(Whole.AsSpan((int)whole.PositionOf(same), bytes)).ShouldBeTrue(tensor.Name);
        }

        split.HeaderHash.ShouldNotBe(whole.HeaderHash);
        Architecture.Recognise(split).Spec.ShouldBe(Architecture.Recognise(whole).Spec);
    }

    [Fact]
    public void HowAModelIsSplitMakesNoDifferenceToWhatItIs()
    {
        ModelSpec whole = Architecture.Recognise(Read(Write("whole.gguf", Whole))).Spec!;
        int tensors = GgufEdit.Of(Whole).TensorNames.Count();
        int[][][] splits =
        [
            [[.. Enumerable.Range(0, tensors).Reverse()], []],
            [[], [.. Enumerable.Range(0, tensors)]],
            [[3, 9, 0], [10, 1], [8, 2, 4], [7, 6, 5]],
        ];
        foreach (int[][] split in splits)
        {
            GgufHeader header = Read(SplitGguf.Write(_folder, "other", SplitGguf.Of(Whole, split)));
            header.PartCount.ShouldBe(split.Length);
            Architecture.Recognise(header).Spec.ShouldBe(whole);
            RoundTrip(header);
        }
    }

    [Fact]
    public void TheSnapshotSaysWhichTensorsLieInWhichPart()
    {
        // An alignment is of its own file.
        byte[] first = new GgufWriter(alignment: 64).AddUInt16("split.no", 0).AddUInt16("split.count", 2).AddTensor("a", [4], [1f, 2, 3, 4]).ToArray();
        byte[] second = new GgufWriter().AddUInt16("split.no", 1).AddUInt16("split.count", 2)
            .AddTensor("b", [1], [1f]).AddTensor("c", [2], [1f, 2]).ToArray();
        GgufHeader header = Read(SplitGguf.Write(_folder, Name, first, second));
        string hash = GgufHeaderReaderTests.Sha256(System.Text.Encoding.ASCII.GetBytes(
            string.Concat(new[] { first, second }.Select(part => GgufHeaderReader.Read(new MemoryStream(part), "part").Header.HeaderHash))));
        RoundTrip(header).ShouldBe(
            $"""
            gguf-header 1
            file "x.gguf"
            version 3
            length 208
            alignment 64
            data-offset 192
            header-hash sha256:{hash}
            parts 2
              length 200
              alignment 32
              data-offset 160
            metadata 3
              general.alignment uint32 64
              split.no uint16 0
              split.count uint16 2
            tensors 3
              a F32 4 @0
              b F32 1 @0 part 2
              c F32 2 @32 part 2

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("parts 3", "parts 2", "'metadata' was expected")]
    [InlineData("parts 3", "parts 1", "1 is no number from 2 to 65535")]
    [InlineData("split.count uint16 3", "split.count uint16 4", "the parts are not those of the metadata.")]
    [InlineData("split.no uint16 0", "split.no uint16 1", "the parts are not those of the metadata.")]
    [InlineData(" part 3\n", " part 4\n", "4 is no number from 2 to 3")]
    [InlineData(" part 2\n", " part 1\n", "1 is no number from 2 to 3")]
    [InlineData("  length ", "  length 1", "was expected")]
    [InlineData("@0 part 3", "@4096 part 3", "within tensor")]
    [InlineData("@0 part 3", "@8589934592 part 3", "the file is cut off after")]
    public void AChangedSnapshotIsRefused(string before, string after, string problem)
    {
        string text = GgufSnapshot.Write(Read(SplitGguf.Write(_folder, Name, Parts)), "x.gguf");
        int at = text.IndexOf(before, StringComparison.Ordinal);
        string changed = after == "  length 1" ? text.Remove(at, text.IndexOf('\n', at) + 1 - at) : text[..at] + after + text[(at + before.Length)..];
        Should.Throw<ModelGenException>(() => GgufSnapshot.Parse(changed)).Message.ShouldContain(problem);
    }

    [Fact]
    public void APartThatIsMissing()
    {
        string first = SplitGguf.Write(_folder, Name, Parts[0], null, Parts[2]);
        Message(first).ShouldBe(
            "a model-00002-of-00003.gguf is missing: a model-00001-of-00003.gguf is part 1 of 3 of a split model. Put all of its parts into one folder.");
    }

    [Fact]
    public void APartThatWasCutOff()
    {
        foreach (int length in new[] { 0, 10, 100, Parts[2].Length / 2, Parts[2].Length - 1 })
        {
            string first = SplitGguf.Write(_folder, Name, Parts[0], Parts[1], Parts[2][..length]);
            Message(first).ShouldStartWith("a model-00003-of-00003.gguf");
        }
    }

    [Fact]
    public void APartOfAnotherModel()
    {
        byte[] other = GgufEdit.Of(Parts[1]).Set(writer => writer.AddInt32("split.tensors.count", 12)).ToArray();
        Message(SplitGguf.Write(_folder, Name, Parts[0], other, Parts[2])).ShouldBe(
            "a model-00002-of-00003.gguf is of another model than a model-00001-of-00003.gguf: metadata key 'split.tensors.count' has another value, "
            + "or is in one of them only. Put the parts of one model into one folder.");

        // A part that brings settings of its own is no part of this model.
        byte[] own = GgufEdit.Of(Parts[1]).Set(writer => writer.AddUInt32("llama.rope.dimension_count", 8)).ToArray();
        Message(SplitGguf.Write(_folder, Name, Parts[0], own, Parts[2])).ShouldContain("metadata key 'llama.rope.dimension_count'");

        // The same number of parts and tensors, other tensors in each.
        byte[][] others = SplitGguf.Of(Whole, [[0], [1, 2], [3, 4, 5, 6, 7, 8, 9, 10]]);
        Message(SplitGguf.Write(_folder, Name, Parts[0], others[1], Parts[2])).ShouldBe(
            "a model-00002-of-00003.gguf is of another model than a model-00001-of-00003.gguf: tensor 'blk.0.attn_norm.weight' is in "
            + "a model-00001-of-00003.gguf too. Put the parts of one model into one folder.");
        byte[] fewer = SplitGguf.Of(Whole, [[0, 1, 2, 3], [4, 5], [6, 7, 8, 9, 10]])[1];
        Message(SplitGguf.Write(_folder, Name, Parts[0], fewer, Parts[2])).ShouldBe(
            "a model-00001-of-00003.gguf: the model has 11 tensors, but its 3 parts have 9 together. Download or split the model again.");
    }

    [Theory]
    [InlineData(2, 3, "part 3 of 3")]
    [InlineData(1, 4, "part 2 of 4")]
    [InlineData(0, 3, "part 1 of 3")]
    [InlineData(7, 3, "one of 3 parts")]
    [InlineData(0, 1, "a whole model")]
    public void APartThatSaysItIsAnother(int number, int count, string claim)
    {
        byte[] other = GgufEdit.Of(Parts[1]).Set(writer => writer.AddUInt16("split.no", (ushort)number).AddUInt16("split.count", (ushort)count)).ToArray();
        Message(SplitGguf.Write(_folder, Name, Parts[0], other, Parts[2])).ShouldBe(
            $"a model-00002-of-00003.gguf says that it is {claim}, where part 2 of 3 belongs. Download or split the model again.");
    }

    [Fact]
    public void AFirstPartUnderAnotherName()
    {
        SplitGguf.Write(_folder, Name, Parts);
        foreach (string name in new[] { "renamed.gguf", "a model-00002-of-00003.gguf", "a model-00001-of-00004.gguf" })
        {
            Message(Write(name, Parts[0])).ShouldBe(
                $"{name} says that it is part 1 of 3 of a split model, but its name does not end with '-00001-of-00003.gguf'. "
                + "Give all parts the names that they were split under: the others are found by the first one's.");
        }
    }

    /// <summary>Of another part, and of a header that is of the first one alone, recognition says what to name.</summary>
    [Fact]
    public void APartByItselfIsNoModel()
    {
        string first = SplitGguf.Write(_folder, Name, Parts);
        GgufHeader[] alone = [Read(Path.Combine(_folder, SplitGguf.NameOf(Name, 3, 3))), GgufHeaderReader.ReadPart(first).Header];
        alone.Select(header => RoundTrip(header).Contains("\nparts ", StringComparison.Ordinal)).ShouldBe([false, false]);
        alone.Select(header => Architecture.Recognise(header).Problems.Single().Message).ShouldBe(
        [
            "the header is of part 3 of 3 of a split model alone; name the first part, whose name ends with '-00001-of-00003.gguf', and have all parts in its folder",
            "the header is of part 1 of 3 of a split model alone; name the first part, whose name ends with '-00001-of-00003.gguf', and have all parts in its folder",
        ]);
    }

    private static GgufHeader Read(string path) => GgufHeaderReader.ReadFile(path).Header;

    private static string Message(string path) => Should.Throw<ModelGenException>(() => GgufHeaderReader.ReadFile(path)).Message;

    private static string RoundTrip(GgufHeader header)
    {
        string text = GgufSnapshot.Write(header, "x.gguf");
        GgufSnapshot.Parse(text).ShouldBe(header);
        return text;
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
