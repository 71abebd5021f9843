using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Build.Framework;
using ModelGen.Packing;
using ModelGen.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>Whether weights are packed again: always when another model is there, whatever its time, and never for nothing.</summary>
public sealed class PackedSourceTests : IDisposable
{
    private static readonly byte[] Tiny = TaskFolder.Tiny().ToArray();
    private static readonly byte[] Tuned = TaskFolder.Tuned(Tiny);

    private readonly TaskFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LeavesWeightsAloneThatAreOfTheModel()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        DateTime written = File.GetLastWriteTimeUtc(_folder.Weights);

        Pack(model).PackedFiles.Length.ShouldBe(1);

        File.GetLastWriteTimeUtc(_folder.Weights).ShouldBe(written);
        _engine.Packs.ShouldBe(1);
    }

    /// <summary>Same header, same length, same time: a fine-tune that was copied with its time over the model.</summary>
    [Fact]
    public void PacksOtherWeightsOfTheSameLengthHeaderAndTime()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        _folder.WriteModel(Tuned);

        Pack(model);

        ShouldHoldWeightsOf(Tuned);
        _engine.Packs.ShouldBe(2);
    }

    [Theory]
    [InlineData(-1000)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void PacksAnotherModelWhateverItsTime(int days)
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        _folder.WriteModel(Tuned);
        File.SetLastWriteTimeUtc(model, TaskFolder.ModelTime.AddDays(days));

        Pack(model);

        ShouldHoldWeightsOf(Tuned);
    }

    [Fact]
    public void PacksAModelOfAnotherHeader()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        Pack(model);
        byte[] other = TaskFolder.Tiny("two").ToArray();
        _folder.WriteModel(other);

        Pack(model);

        ShouldHoldWeightsOf(other);
    }

    /// <summary>Of a file that is read whole, where it lies and when it was written says nothing.</summary>
    [Fact]
    public void DoesNotPackTheSameContentsAgain()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        File.SetLastWriteTimeUtc(model, TaskFolder.ModelTime.AddYears(1));
        Pack(model);
        string moved = Path.Combine(_folder.Root, "models", "blob");
        File.Move(model, moved);
        File.CreateSymbolicLink(model, moved);
        Pack(model);

        _engine.Errors.ShouldBeEmpty();
        _engine.Packs.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FollowsLinks(bool isRelative)
    {
        string first = _folder.WriteModel(Tiny, "blobs/first");
        string second = _folder.WriteModel(Tuned, "blobs/second");
        string model = Path.Combine(_folder.Root, "models", "tiny.gguf");
        File.CreateSymbolicLink(model, isRelative ? "blobs/first" : first);
        Pack(model);
        ShouldHoldWeightsOf(Tiny);

        // Another file at the same place, then another place.
        _folder.WriteModel(Tuned, "blobs/first");
        Pack(model);
        ShouldHoldWeightsOf(Tuned);
        _folder.WriteModel(Tiny, "blobs/second");
        File.Delete(model);
        File.CreateSymbolicLink(model, isRelative ? "blobs/second" : second);
        Pack(model);
        ShouldHoldWeightsOf(Tiny);
        _engine.Packs.ShouldBe(3);
    }

    /// <summary>Of a long file, samples are read; time and place then count too.</summary>
    [Fact]
    public void LooksAtPlaceTimeAndSamplesOfALongFile()
    {
        string model = WriteLong(Tiny);
        Pack(model);
        Pack(model);
        _engine.Packs.ShouldBe(1);

        WriteLong(Tuned);
        Pack(model);
        ShouldHoldWeightsOf(Tuned);
        _engine.Packs.ShouldBe(2);

        File.SetLastWriteTimeUtc(model, TaskFolder.ModelTime.AddSeconds(-1));
        Pack(model);
        _engine.Packs.ShouldBe(3);

        string moved = Path.Combine(_folder.Root, "models", "moved");
        File.Move(model, moved);
        File.CreateSymbolicLink(model, moved);
        Pack(model);
        _engine.Packs.ShouldBe(4);

        // The end of the file is looked at.
        using (FileStream file = File.OpenWrite(moved))
        {
            file.Position = file.Length - 1;
            file.WriteByte(1);
        }

        File.SetLastWriteTimeUtc(moved, TaskFolder.ModelTime.AddSeconds(-1));
        Pack(model);
        _engine.Packs.ShouldBe(5);

        // Zeros behind the weights belong to nothing that is packed.
        string WriteLong(byte[] content)
        {
            string path = _folder.WriteModel(content);
            using (FileStream file = File.OpenWrite(path))
            {
                file.SetLength(ModelFileIdentity.MaxWholeBytes + content.Length);
            }

            File.SetLastWriteTimeUtc(path, TaskFolder.ModelTime);
            return path;
        }
    }

    /// <summary>A build that ends between writing the weights and writing the note, and notes that are lost, damaged or of another version.</summary>
    [Fact]
    public void PacksAgainWhereTheNoteDoesNotFit()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        string note = File.ReadAllText(_folder.Note);
        string[] bad = ["", note[..^20], note.Replace("packer ", "packer 0", StringComparison.Ordinal), note + "\n"];
        foreach (string text in bad)
        {
            File.WriteAllText(_folder.Note, text);
            Pack(model);
            File.ReadAllText(_folder.Note).ShouldBe(note);
        }

        File.Delete(_folder.Note);
        Pack(model);
        _engine.Packs.ShouldBe(2 + bad.Length);

        // The weights of another model came in between.
        byte[] tiny = File.ReadAllBytes(_folder.Weights);
        _folder.WriteModel(Tuned);
        Pack(model);
        _folder.WriteModel(Tiny);
        File.WriteAllText(_folder.Note, note);
        Pack(model);
        File.ReadAllBytes(_folder.Weights).ShouldBe(tiny);
        File.Delete(_folder.Weights);
        Pack(model);
        File.ReadAllBytes(_folder.Weights).ShouldBe(tiny);
    }

    /// <summary>Copies of the weights are made anew where length or time differ; two files of equal length must not have equal times.</summary>
    [Fact]
    public void GivesWeightsAnotherTimeThanThoseBefore()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        DateTime first = File.GetLastWriteTimeUtc(_folder.Weights);
        _folder.WriteModel(Tuned);
        Pack(model);
        (File.GetLastWriteTimeUtc(_folder.Weights) - first).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void PacksAgainWhatChangedMeanwhile()
    {
        string model = _folder.WriteModel(Tiny);
        int changes = 0;
        PackWeights task = PackWhile(model, () =>
        {
            if (changes++ == 0)
            {
                _folder.WriteModel(Tuned);
            }
        });

        task.PackedFiles.Length.ShouldBe(1);
        ShouldHoldWeightsOf(Tuned);
        changes.ShouldBe(2);
        Pack(model);
        _engine.Packs.ShouldBe(0, "the second build has nothing to do");
    }

    [Fact]
    public void GivesUpOnAModelThatNeverStaysTheSame()
    {
        string model = _folder.WriteModel(Tiny);
        Pack(model);
        byte[] before = File.ReadAllBytes(_folder.Weights);
        byte next = 0;
        byte[] content = [.. Tuned];
        _folder.WriteModel(content);
        RecordingBuildEngine engine = new();
        PackWhile(model, engine, () =>
        {
            content[^2] = ++next;
            _folder.WriteModel(content);
        }).PackedFiles.ShouldBeEmpty();

        BuildErrorEventArgs error = engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN020");
        error.Message.ShouldNotBeNull().ShouldContain("was changed while it was being packed; build again");
        next.ShouldBe((byte)3);
        File.ReadAllBytes(_folder.Weights).ShouldBe(before);
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header", "tiny.weights", "tiny.weights.source"]);
    }

    /// <summary>A copy over a file cuts it off first. What is read of it then is nothing, and not a signal that ends the build.</summary>
    [Fact]
    public void FailsWhereTheModelIsCutOffMeanwhile()
    {
        // Several blocks, so that the first one written is not the last one read.
        byte[] content = new TinyModel { Name = "tiny", Embedding = 512, Heads = 32, Hidden = 4096 }.ToArray();
        string model = _folder.WriteModel(content);
        PackWhile(model, () =>
        {
            using FileStream file = File.Open(model, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            file.SetLength(content.Length / 4);
        }).PackedFiles.ShouldBeEmpty();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("MGEN020");
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header"]);
        _engine.Errors.Clear();
        _folder.WriteModel(content);
        Pack(model);
        ShouldHoldWeightsOf(content);
    }

    /// <summary>The program has the header that was compiled: weights of another one would not load.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RefusesWeightsOfAnotherHeaderThanWasCompiled(bool isWhilePacking)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        byte[] other = TaskFolder.Tiny("two").ToArray();
        PackWeights task = isWhilePacking
            ? PackWhile(model, () => _folder.WriteModel(other))
            : _folder.PackTask(_engine, TaskFolder.Item(_folder.WriteModel(other)));
        task.Execute().ShouldBeFalse();

        _engine.Errors[^1].Code.ShouldBe("MGEN020");
        _engine.Errors[^1].Message.ShouldNotBeNull().ShouldContain("after its header was compiled; build again");
        task.PackedFiles.ShouldBeEmpty();

        Pack(model).PackedFiles.Length.ShouldBe(1);
        ShouldHoldWeightsOf(other);
    }

    [Fact]
    public void BuildsAtOncePackOnce()
    {
        string model = _folder.WriteModel(Tiny);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        RecordingBuildEngine[] engines = [.. Enumerable.Range(0, 8).Select(_ => new RecordingBuildEngine())];
        Thread[] threads = [.. engines.Select(engine => new Thread(() => _folder.PackTask(engine, TaskFolder.Item(model)).Execute()))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        engines.ShouldAllBe(engine => engine.Errors.Count == 0);
        engines.Sum(engine => engine.Packs).ShouldBe(1);
        ShouldHoldWeightsOf(Tiny);
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header", "tiny.weights", "tiny.weights.source"]);
    }

    [Fact]
    public async Task WaitsForAnotherBuildUntilItIsCancelled()
    {
        string model = _folder.WriteModel(Tiny);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        TaskCompletionSource waits = new();
        RecordingBuildEngine engine = new() { OnMessage = _ => waits.TrySetResult() };
        PackWeights task = _folder.PackTask(engine, TaskFolder.Item(model));
        using (FolderLock.Take(_folder.Output, () => { }, TestContext.Current.CancellationToken))
        {
            Task<bool> run = Task.Run(task.Execute, TestContext.Current.CancellationToken);
            await waits.Task;
            engine.Messages[0].Message.ShouldNotBeNull().ShouldContain("waiting for another build");
            task.Cancel();
            (await run).ShouldBeFalse();
        }

        engine.Errors.ShouldBeEmpty();
        Pack(model).PackedFiles.Length.ShouldBe(1);
    }

    /// <summary>A killed build leaves what it had written; the next one that packs takes it away.</summary>
    [Fact]
    public void DeletesWhatKilledBuildsHaveLeft()
    {
        string model = _folder.WriteModel(Tiny);
        Directory.CreateDirectory(_folder.Output);
        string[] left = [AtomicFile.TemporaryOf(_folder.Weights), AtomicFile.TemporaryOf(_folder.Weights)];
        string text = AtomicFile.TemporaryOf(_folder.Snapshot);
        string others = AtomicFile.TemporaryOf(Path.Combine(_folder.Output, "other.weights"));
        Array.ForEach([.. left, text, others], path => File.WriteAllText(path, "half"));

        Pack(model);
        left.ShouldAllBe(path => !File.Exists(path));
        File.Exists(text).ShouldBeTrue("a build that runs beside this one may be writing it");
        File.Exists(others).ShouldBeTrue();

        File.SetLastWriteTimeUtc(text, DateTime.UtcNow.AddHours(-2));
        Pack(model);
        File.Exists(text).ShouldBeFalse();
    }

    private PackWeights Pack(string model) => _folder.Pack(_engine, TaskFolder.Item(model));

    private void ShouldHoldWeightsOf(byte[] content)
    {
        _engine.Errors.Where(error => !error.Message!.Contains("compiled", StringComparison.Ordinal)).ShouldBeEmpty();
        File.ReadAllBytes(_folder.Weights).ShouldBe(PackWeightsTests.PackInMemory(content));
    }

    private PackWeights PackWhile(string model, Action change) => PackWhile(model, _engine, change);

    /// <summary>Does something in the middle of each attempt to pack: when the first block is written.</summary>
    private PackWeights PackWhile(string model, RecordingBuildEngine log, Action change)
    {
        _folder.SnapshotTask(log, TaskFolder.Item(model)).Execute();
        RecordingBuildEngine engine = new()
        {
            OnMessage = message =>
            {
                if (message.Message!.StartsWith("Packing tiny.gguf: ", StringComparison.Ordinal))
                {
                    change();
                }
            },
        };
        PackWeights task = _folder.PackTask(engine, TaskFolder.Item(model));
        task.ProgressInterval = TimeSpan.Zero;
        task.Execute();
        log.Errors.AddRange(engine.Errors);
        return task;
    }
}
