using System;
using System.IO;
using System.Linq;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>A project that names the first part of a split model gets the weights of the model, and packs again where any part changes.</summary>
public sealed class SplitModelTests : IDisposable
{
    private const string Name = "tiny model";

    private static readonly byte[] Whole = TaskFolder.Tiny().ToArray();
    private static readonly byte[][] Parts = SplitGguf.Of(Whole, 3);

    private readonly TaskFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PacksTheWeightsOfTheWholeModel()
    {
        string first = Write(Parts);
        PackWeights task = Pack(first);

        _engine.Errors.ShouldBeEmpty();
        task.PackedFiles.ShouldHaveSingleItem().GetMetadata("TargetPath").ShouldBe("tiny model-00001-of-00003.weights");
        byte[] packed = File.ReadAllBytes(task.PackedFiles[0].ItemSpec);
        ShouldBeTheWeightsOf(Whole, packed);
        packed.ShouldBe(PackInMemory(first));
    }

    [Fact]
    public void PacksTheSameBytesHoweverTheModelIsSplit()
    {
        int tensors = GgufEdit.Of(Whole).TensorNames.Count();
        ShouldBeTheWeightsOf(Whole, PackInMemory(Write(SplitGguf.Of(Whole, [[], [.. Enumerable.Range(0, tensors).Reverse()]]))));
        ShouldBeTheWeightsOf(Whole, PackInMemory(Write(SplitGguf.Of(Whole, [[3, 9, 0], [10, 1], [8, 2, 4], [7, 6, 5]]))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void PacksAgainWhereAPartHasChanged(int part)
    {
        Pack(Write(Parts));
        Pack(Write(Parts));
        _engine.Packs.ShouldBe(1);

        byte[][] tuned = [.. Parts];
        tuned[part] = TaskFolder.Tuned(Parts[part]);
        PackWeights task = Pack(Write(tuned));

        _engine.Packs.ShouldBe(2);
        _engine.Errors.ShouldBeEmpty();
        File.ReadAllBytes(task.PackedFiles[0].ItemSpec).ShouldBe(PackInMemory(Write(tuned)));
    }

    /// <summary>Of a long model, samples are read, in each of its parts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void LooksAtEveryPartOfALongModel(int changed)
    {
        string first = Write(Parts);
        string[] paths = [.. Enumerable.Range(1, 3).Select(number => Path.Combine(Path.GetDirectoryName(first)!, SplitGguf.NameOf(Name, number, 3)))];

        // Zeros behind the weights belong to nothing that is packed.
        using (FileStream file = File.OpenWrite(paths[1]))
        {
            file.SetLength(ModelFileIdentity.MaxWholeBytes + Parts[1].Length);
        }

        Pack(first);
        Pack(first);
        _engine.Packs.ShouldBe(1);

        DateTime written = File.GetLastWriteTimeUtc(paths[changed - 1]);
        File.WriteAllBytes(paths[changed - 1], TaskFolder.Tuned(Parts[changed - 1]));
        File.SetLastWriteTimeUtc(paths[changed - 1], written);
        Pack(first);
        _engine.Packs.ShouldBe(2);
        _engine.Errors.ShouldBeEmpty();
    }

    /// <summary>Stores of downloads keep files under their hashes, and links by their names side by side.</summary>
    [Fact]
    public void FindsThePartsByTheNamesOfLinks()
    {
        string links = Directory.CreateDirectory(Path.Combine(_folder.Root, "models")).FullName;
        for (int number = 1; number <= Parts.Length; number++)
        {
            string blob = _folder.WriteModel(Parts[number - 1], $"blobs/{number * 7777}");
            File.CreateSymbolicLink(Path.Combine(links, SplitGguf.NameOf(Name, number, 3)), blob);
        }

        string first = Path.Combine(links, SplitGguf.NameOf(Name, 1, 3));
        ShouldBeTheWeightsOf(Whole, File.ReadAllBytes(Pack(first).PackedFiles.ShouldHaveSingleItem().ItemSpec));
        byte[] tuned = TaskFolder.Tuned(Parts[1]);
        _folder.WriteModel(tuned, "blobs/15554");
        Pack(first);
        _engine.Packs.ShouldBe(2);
        _engine.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void SaysWhichPartIsMissing()
    {
        string first = Write(Parts[0], null, Parts[2]);
        _folder.SnapshotTask(_engine, TaskFolder.Item(first)).Execute().ShouldBeFalse();
        _engine.Errors.Single().Code.ShouldBe("MGEN002");
        _engine.Errors.Single().Message.ShouldBe(
            "tiny model-00002-of-00003.gguf is missing: tiny model-00001-of-00003.gguf is part 1 of 3 of a split model. "
            + "Put all of its parts into one folder.");
    }

    [Fact]
    public void ACommittedSnapshotOfAllPartsStandsInForTheModel()
    {
        string first = Write(Parts);
        string committed = Path.Combine(_folder.Root, "tiny.header");
        _folder.SnapshotTask(_engine, TaskFolder.Item(first, committed)).Execute().ShouldBeTrue();
        Directory.Delete(Path.GetDirectoryName(first)!, recursive: true);
        _folder.SnapshotTask(_engine, TaskFolder.Item(first, committed)).Execute().ShouldBeTrue();
        _folder.PackTask(_engine, TaskFolder.Item(first, committed)).Execute().ShouldBeTrue();
        GgufSnapshot.Parse(File.ReadAllText(committed), out string file).PartCount.ShouldBe(3);
        file.ShouldBe("tiny model-00001-of-00003.gguf");
    }

    /// <summary>The first page names the header, which is another one for each way to split; the sections behind it are the same, and so is the rest of it.</summary>
    private static unsafe void ShouldBeTheWeightsOf(byte[] whole, byte[] packed)
    {
        byte[] expected = PackWeightsTests.PackInMemory(whole);
        packed[PackedFileHeader.PageSize..].ShouldBe(expected[PackedFileHeader.PageSize..]);
        fixed (byte* page = packed, other = expected)
        {
            PackedFileHeader header = PackedFileHeader.Read(page, packed.Length, "split");
            PackedFileHeader of = PackedFileHeader.Read(other, expected.Length, "whole");
            header.HeaderHash.ShouldNotBe(of.HeaderHash);
            header.ShapeHash.ShouldBe(of.ShapeHash);
            (header.ModelName, header.FileLength, header.Vocabulary, header.Weights).ShouldBe((of.ModelName, of.FileLength, of.Vocabulary, of.Weights));
        }
    }

    private static unsafe byte[] PackInMemory(string path)
    {
        PackedImage image = PackedImage.Create(GgufHeaderReader.ReadFile(path));
        byte[] packed = new byte[image.Length];
        fixed (byte* target = packed)
        {
            image.Write(target);
        }

        return packed;
    }

    private PackWeights Pack(string first) => _folder.Pack(_engine, TaskFolder.Item(first));

    private string Write(params byte[]?[] parts) => SplitGguf.Write(Path.Combine(_folder.Root, "models", "in a folder"), Name, parts);
}
