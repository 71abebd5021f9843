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

/// <summary>The packing task: what it writes, when it writes, and what it leaves behind when it fails.</summary>
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
        PackWeights task = _folder.PackTask(_engine, TaskFolder.Item(model));

        task.Execute().ShouldBeTrue();

        task.PackedFiles.Select(item => item.ItemSpec).ShouldBe([_folder.Weights]);
        File.ReadAllBytes(_folder.Weights).ShouldBe(PackInMemory(model, content));
        _folder.OutputFiles.ShouldBe(["tiny.weights"]);
        Packs(_engine).ShouldBe(1);
    }

    [Theory]
    [InlineData("stories.gguf")]
    [InlineData("Stories.Q8_0.GGUF")]
    [InlineData("stories.bin")]
    [InlineData("stories")]
    public void NamesTheFileAsTheEmittedCodeDoes(string fileName)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray(), fileName);

        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        _folder.OutputFiles.ShouldBe([PackedFileName.Of(fileName)]);
    }

    [Fact]
    public void LeavesAPackedFileAloneThatIsUpToDate()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute();
        DateTime written = File.GetLastWriteTimeUtc(_folder.Weights);

        PackWeights again = _folder.PackTask(_engine, TaskFolder.Item(model));
        again.Execute().ShouldBeTrue();

        again.PackedFiles.Length.ShouldBe(1);
        File.GetLastWriteTimeUtc(_folder.Weights).ShouldBe(written);
        Packs(_engine).ShouldBe(1);
    }

    [Fact]
    public void PacksAgainWhenTheModelIsNewer()
    {
        byte[] content = TaskFolder.Tiny().ToArray();
        string model = _folder.WriteModel(content);
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute();
        content[^1] ^= 1;
        File.WriteAllBytes(model, content);
        File.SetLastWriteTimeUtc(_folder.Weights, DateTime.UtcNow.AddMinutes(-1));

        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.ReadAllBytes(_folder.Weights).ShouldBe(PackInMemory(model, content));
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
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute();
        byte[] good = File.ReadAllBytes(_folder.Weights);
        byte[] bad = keptLength > 0 ? good[..keptLength] : [.. good];
        bad[damagedByte] ^= 1;
        File.WriteAllBytes(_folder.Weights, bad);

        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.ReadAllBytes(_folder.Weights).ShouldBe(good);
        Packs(_engine).ShouldBe(2);
    }

    [Fact]
    public void PacksAgainWhatBelongsToAnotherModel()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("another").ToArray());
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute();

        byte[] content = TaskFolder.Tiny("tiny").ToArray();
        _folder.WriteModel(content);
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.ReadAllBytes(_folder.Weights).ShouldBe(PackInMemory(model, content));
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

        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN020");
        error.File.ShouldBe(model);
        error.Message.ShouldNotBeNull().ShouldContain("tiny.gguf");
        _folder.OutputFiles.ShouldBeEmpty();
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
        _folder.PackTask(_engine, TaskFolder.Item(model)).Execute();
        byte[] before = File.ReadAllBytes(_folder.Weights);
        _folder.WriteModel(TaskFolder.Tiny("two").ToArray());

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
        _folder.OutputFiles.ShouldBe(["tiny.weights"]);
    }

    [Fact]
    public void TellsHowFarALongPackIs()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
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

    private static int Packs(RecordingBuildEngine engine) =>
        engine.Messages.Count(each => each.Message!.StartsWith("Packed tiny.gguf into ", StringComparison.Ordinal));

    private static unsafe byte[] PackInMemory(string model, byte[] content)
    {
        PackedImage image = PackedImage.Create(GgufHeaderReader.ReadFile(model));
        byte[] packed = new byte[image.Length];
        fixed (byte* source = content)
        fixed (byte* target = packed)
        {
            image.Write(source, target, progress: null);
        }

        return packed;
    }
}
