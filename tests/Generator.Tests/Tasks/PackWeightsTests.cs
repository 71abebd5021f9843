using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>The packing task: what it writes, and what it leaves behind when it fails. When it writes is PackedSourceTests' matter.</summary>
public sealed class PackWeightsTests : IDisposable
{
    private readonly TaskFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PacksWhatPackingInMemoryGives()
    {
        byte[] content = TaskFolder.Tiny().ToArray();
        string model = _folder.WriteModel(content);

        PackWeights task = _folder.Pack(_engine, TaskFolder.Item(model));

        _engine.Errors.ShouldBeEmpty();
        ITaskItem packed = task.PackedFiles.ShouldHaveSingleItem();
        packed.ItemSpec.ShouldBe(_folder.Weights);
        packed.GetMetadata("TargetPath").ShouldBe("tiny.weights");
        task.OtherFiles.Select(item => item.ItemSpec).ShouldBe([_folder.Note, Path.Combine(_folder.Output, FolderLock.FileName)]);
        File.ReadAllBytes(_folder.Weights).ShouldBe(PackInMemory(content));
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header", "tiny.weights", "tiny.weights.source"]);
        _engine.Packs.ShouldBe(1);
    }

    [Theory]
    [InlineData("stories.gguf")]
    [InlineData("Stories.Q8_0.GGUF")]
    [InlineData("stories.bin")]
    [InlineData("stories")]
    [InlineData("llama-3.2")]
    [InlineData("m.v1")]
    [InlineData("sha256-0123abcd")]
    [InlineData("m#1;2%3B 'a' \"b\", ü模.gguf")]
    public void PutsTheFileWhereTheEmittedCodeLooksForIt(string fileName)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray(), fileName);

        ITaskItem packed = _folder.Pack(_engine, TaskFolder.Item(model)).PackedFiles.ShouldHaveSingleItem();

        packed.GetMetadata("TargetPath").ShouldBe(PackedFileName.Of(fileName));
        File.Exists(packed.ItemSpec).ShouldBeTrue();
    }

    /// <summary>Whatever a file is called, its resource has a name that a compiler's command line leaves as it is.</summary>
    [Theory]
    [InlineData("stories.gguf", "ModelGen.Weights/031fd947e22ceaf1")]
    [InlineData("m#1;2%3B 'a' \"b\", ü模.gguf", "ModelGen.Weights/09e36a2cdbfdfea6")]
    public void NamesTheResourceOfEmbeddedWeights(string fileName, string resource)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray(), fileName);
        ITaskItem packed = _folder.Pack(_engine, TaskFolder.Item(model)).PackedFiles.ShouldHaveSingleItem();
        packed.GetMetadata("ResourceName").ShouldBe(resource);
        PackedFileName.ResourceOf(PackedFileName.Of(fileName)).ShouldBe(resource);
    }

    [Fact]
    public void SaysThatWeightsAreTooLargeToBeEmbedded()
    {
        ITaskItem[] models = [TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny().ToArray())), TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny().ToArray(), "other.gguf"))];
        PackWeights first = _folder.Pack(_engine, models);
        long length = first.PackedFiles.Sum(item => new FileInfo(item.ItemSpec).Length);

        // What is packed beside the program may be as long as it likes.
        PackWeights beside = _folder.PackTask(_engine, models);
        beside.MaxEmbeddedBytes = length - 1;
        beside.Execute().ShouldBeTrue();
        PackWeights fits = _folder.PackTask(_engine, models);
        (fits.Embed, fits.MaxEmbeddedBytes) = (true, length);
        fits.Execute().ShouldBeTrue();
        _engine.Errors.ShouldBeEmpty();

        PackWeights task = _folder.PackTask(_engine, models);
        (task.Embed, task.MaxEmbeddedBytes) = (true, length - 1);
        task.Execute().ShouldBeFalse();
        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN033");
        error.Message.ShouldBe(FormattableString.Invariant(
            $"ModelGenWeights is Embed, and the packed weights have {length:N0} bytes where an assembly can have {length - 1:N0} of them: publish with Append or Sidecar."));
    }

    [Theory]
    [InlineData(0, 0)] // The magic.
    [InlineData(8, 0)] // The layout's version.
    [InlineData(20, 0)] // The header's hash.
    [InlineData(0, 100)] // Nearly all of it is missing.
    [InlineData(0, 8192)] // The end is missing.
    public void PacksAgainWhatIsDamaged(int damagedByte, int keptLength)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        _folder.Pack(_engine, TaskFolder.Item(model));
        byte[] good = File.ReadAllBytes(_folder.Weights);
        byte[] bad = keptLength > 0 ? good[..keptLength] : [.. good];
        bad[damagedByte] ^= 1;
        File.WriteAllBytes(_folder.Weights, bad);

        _folder.Pack(_engine, TaskFolder.Item(model)).PackedFiles.Length.ShouldBe(1);

        File.ReadAllBytes(_folder.Weights).ShouldBe(good);
        _engine.Packs.ShouldBe(2);
    }

    [Fact]
    public void LeavesAModelToTheGeneratorThatIsNotSupported()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny(architecture: "unheard-of").ToArray());
        PackWeights task = _folder.PackTask(_engine, TaskFolder.Item(model));

        task.Execute().ShouldBeTrue();

        task.PackedFiles.ShouldBeEmpty();
        _folder.OutputFiles.ShouldBeEmpty();
        BuildMessageEventArgs message = _engine.Messages.ShouldHaveSingleItem();
        message.Importance.ShouldBe(MessageImportance.Low);
        message.Message.ShouldNotBeNull().ShouldContain("unheard-of");
    }

    [Fact]
    public void PassesOverAModelThatIsNotThere()
    {
        PackWeights task = _folder.PackTask(_engine, TaskFolder.Item(Path.Combine(_folder.Root, "models", "tiny.gguf")));

        task.Execute().ShouldBeTrue();
        task.PackedFiles.ShouldBeEmpty();
    }

    [Fact]
    public void LeavesNoHalfFileWhenItCannotBeMovedToItsPlace()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        Directory.CreateDirectory(_folder.Weights);

        _folder.Pack(_engine, TaskFolder.Item(model)).PackedFiles.ShouldBeEmpty();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN020");
        error.File.ShouldBe(model);
        error.Message.ShouldNotBeNull().ShouldContain("tiny.gguf");
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header"]);
    }

    [Fact]
    public void ReportsATargetThatCannotBeWritten()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        File.WriteAllText(Path.Combine(_folder.Root, "obj"), "a file where the folder should be");

        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("MGEN020");
    }

    [Fact]
    public void KeepsThePackedFileOfBeforeWhenItIsCancelled()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        _folder.Pack(_engine, TaskFolder.Item(model));
        byte[] before = File.ReadAllBytes(_folder.Weights);
        _folder.WriteModel(TaskFolder.Tiny("two").ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();

        // The first line of progress cancels, in the middle of the work.
        PackWeights? task = null;
        RecordingBuildEngine cancelling = new() { OnMessage = _ => task!.Cancel() };
        task = _folder.PackTask(cancelling, TaskFolder.Item(model));
        task.ProgressInterval = TimeSpan.Zero;

        task.Execute().ShouldBeFalse();

        cancelling.Errors.ShouldBeEmpty();
        cancelling.Messages[0].Message.ShouldNotBeNull().ShouldStartWith("Packing tiny.gguf: ");
        task.PackedFiles.ShouldBeEmpty();
        File.ReadAllBytes(_folder.Weights).ShouldBe(before);
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header", "tiny.weights", "tiny.weights.source"]);
    }

    [Fact]
    public void TellsHowFarALongPackIs()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        PackWeights task = _folder.PackTask(_engine, TaskFolder.Item(model));
        task.ProgressInterval = TimeSpan.Zero;

        task.Execute().ShouldBeTrue();

        string[] lines = [.. _engine.Messages.Where(each => each.Importance == MessageImportance.High).Select(each => each.Message!)];
        // The tiny model is one block of work.
        lines.Length.ShouldBeGreaterThan(1);
        lines[..^1].ShouldAllBe(line => line.StartsWith("Packing tiny.gguf: ", StringComparison.Ordinal) && line.Contains(" % of ", StringComparison.Ordinal));
        lines[^1].ShouldStartWith("Packed tiny.gguf into ");
        lines[^1].ShouldEndWith(" MB/s");
    }

    internal static unsafe byte[] PackInMemory(byte[] content)
    {
        string model = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(model, content);
            PackedImage image = PackedImage.Create(GgufHeaderReader.ReadFile(model));
            byte[] packed = new byte[image.Length];
            fixed (byte* target = packed)
            {
                image.Write(target);
            }

            return packed;
        }
        finally
        {
            File.Delete(model);
        }
    }
}
