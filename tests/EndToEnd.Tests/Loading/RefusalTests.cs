using System;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Layout;
using ModelGen.Packing;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>A file that is not the model, or not whole, is one clear error that names it.</summary>
public sealed class RefusalTests
{
    private static readonly CompiledClass Compiled = ModelCompiler.Compile(TinyModels.Smallest);
    private static readonly byte[] Packed = PackedFiles.Pack(Compiled.Path);

    [Fact]
    public void AFileThatWasCutOff()
    {
        foreach (int length in new[] { 1, 3, 4, 7, 8, 100, 4095, 4096, 4097, Packed.Length / 2, Packed.Length - 1 })
        {
            Refused(Packed[..length], length < PackedFileHeader.PageSize ? "is not a file of packed weights" : "it was cut off");
        }

        Refused([], "is not a file of packed weights", "it is empty");
        Refused([.. Packed, 0], "bytes where its header says");
    }

    [Fact]
    public void AHeaderWithAnyBitFlipped()
    {
        // A bit of every seventh byte, a different one each time.
        for (int index = 0; index < PackedFileHeader.PageSize; index += 7)
        {
            Refused(Flipped(index, index % 8), "is damaged", "does not start with MGPACKED");
        }
    }

    [Fact]
    public void AVocabularyWithABitFlipped()
    {
        PackedSection vocabulary = PackedFiles.ReadHeader(Packed).Vocabulary;
        Refused(Flipped((int)vocabulary.Offset, 0), "vocabulary section does not match");
        Refused(Flipped((int)(vocabulary.Offset + vocabulary.Length / 2), 5), "vocabulary section does not match");
        Refused(Flipped((int)(vocabulary.Offset + vocabulary.Length - 1), 7), "vocabulary section does not match");
    }

    [Fact]
    public void WeightsWithABitFlippedWhereTheyAreToBeVerified()
    {
        PackedSection weights = PackedFiles.ReadHeader(Packed).Weights;
        foreach (long index in new[] { weights.Offset, weights.Offset + weights.Length / 3, weights.Offset + weights.Length - 1 })
        {
            string path = TemporaryFiles.Write("damaged.weights", Flipped((int)index, 3));
            Message(path, new LoadOptions { VerifyWeights = true }).ShouldContain("weights section does not match");
            Compiled.Load(path).Dispose();
        }
    }

    [Fact]
    public void AnotherLayout()
    {
        byte[] file = [.. Packed];
        PackedFiles.WriteHeader(file, PackedFiles.ReadHeader(file) with { LayoutVersion = WeightLayout.Version + 1 });
        Refused(file, $"is packed in layout {WeightLayout.Version + 1}");
    }

    [Fact]
    public void SectionsOfOtherLengths()
    {
        PackedFileHeader header = PackedFiles.ReadHeader(Packed);
        byte[] file = [.. Packed];
        PackedFiles.WriteHeader(file, header with { Weights = header.Weights with { Length = header.Weights.Length - 64 } });
        Refused(file, "bytes of weights where the program expects");
        PackedFiles.WriteHeader(file, header with { Weights = header.Weights with { Offset = header.Weights.Offset + PackedFileHeader.PageSize } });
        Refused(file, "a section lies outside the file");
        PackedFiles.WriteHeader(file, header with { Vocabulary = header.Vocabulary with { Length = long.MaxValue } });
        Refused(file, "a section lies outside the file");
    }

    [Fact]
    public void AnotherModel()
    {
        string other = TinyFiles.PathOf(TinyModels.LongFloat);
        Refused(PackedFiles.Pack(other), "has other shapes");
        Message(other).ShouldContain("has other shapes");

        // One number in the header is enough, and so is one format.
        Message(TinyFiles.PathOf(TinyModels.Smallest with { Name = "other-base", RotaryBase = 20000 })).ShouldContain("has other shapes");
        Message(TinyFiles.PathOf(TinyModels.Smallest with { Name = "other-format", Format = TensorKind.F16 })).ShouldContain("has other shapes");
        Message(TinyFiles.PathOf(TinyModels.Smallest with { Name = "other-vocabulary", Vocabulary = 49 })).ShouldContain("has other shapes");
    }

    [Fact]
    public void APartOfASplitModel()
    {
        byte[][] parts = SplitGguf.Of(File.ReadAllBytes(Compiled.Path), 2);
        Message(TemporaryFiles.Write("model-00001-of-00002.gguf", parts[0])).ShouldBe(
            "model-00002-of-00002.gguf is missing: model-00001-of-00002.gguf is part 1 of 2 of a split model. Put all of its parts into one folder.");
        Message(TemporaryFiles.Write("model-00002-of-00002.gguf", parts[1])).ShouldBe(
            "model-00002-of-00002.gguf cannot be compiled: the header is of part 2 of 2 of a split model alone; name the first part, "
            + "whose name ends with '-00001-of-00002.gguf', and have all parts in its folder.");
    }

    [Fact]
    public void AModelThatIsNotSupported()
    {
        byte[] other = GgufEdit.Of(File.ReadAllBytes(Compiled.Path)).Set(writer => writer.AddUInt32("llama.expert_count", 8)).ToArray();
        Message(TemporaryFiles.Write("experts.gguf", other)).ShouldBe(
            "experts.gguf cannot be compiled: the model asks for llama.expert_count = 8, which is not supported.");
    }

    [Fact]
    public void AGgufFileThatWasCutOff()
    {
        byte[] gguf = File.ReadAllBytes(Compiled.Path);
        foreach (int length in new[] { 4, 8, 23, 24, 100, gguf.Length / 2, gguf.Length - 1 })
        {
            string path = TemporaryFiles.Write("cut-off.gguf", gguf[..length]);
            Message(path).ShouldContain("cut-off.gguf");
        }
    }

    [Fact]
    public void AFileThatIsNeither()
    {
        byte[] noise = new byte[20_000];
        new Random(1).NextBytes(noise);
        Refused(noise, "is not a file of packed weights");
        Refused("Once upon a time"u8.ToArray(), "is not a file of packed weights");
        Message(TemporaryFiles.NewPath("absent.weights")).ShouldContain("does not exist");
        Message(TemporaryFiles.Folder).ShouldContain("does not exist");
        Should.Throw<ArgumentNullException>(() => Compiled.Load(null!, null));
    }

    [Fact]
    public void APipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux gives a pipe of this process a path.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("MGPACKED"u8);
        string path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        Message(path).ShouldContain("it is not a regular file");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void ANumberOfThreadsOutOfRange(int threadCount) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Compiled.Load(new LoadOptions { ThreadCount = threadCount }));

    private static byte[] Flipped(int index, int bit)
    {
        byte[] file = [.. Packed];
        file[index] ^= (byte)(1 << bit);
        return file;
    }

    private static void Refused(byte[] file, params string[] reasons)
    {
        string path = TemporaryFiles.Write("refused.weights", file);
        string message = Message(path);
        message.ShouldContain("refused.weights");
        reasons.Any(message.Contains).ShouldBeTrue(message);
        TemporaryFiles.Delete(path);
    }

    private static string Message(string path, LoadOptions? options = null) =>
        Should.Throw<ModelGenException>(() => Compiled.Load(path, options).Dispose(), path).Message;
}
