using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using ModelGen.Gguf;
using ModelGen.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>The snapshot task: what it writes, when it writes, and what it says.</summary>
public sealed class SnapshotGgufHeaderTests : IDisposable
{
    private readonly TaskFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesTheSnapshot()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model));

        task.Execute().ShouldBeTrue();

        task.Snapshots.Select(item => item.ItemSpec).ShouldBe([_folder.Snapshot]);
        File.ReadAllText(_folder.Snapshot).ShouldBe(GgufSnapshot.Write(GgufHeaderReader.ReadFile(model).Header, "tiny.gguf"));
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header"]);
    }

    [Fact]
    public void LeavesASnapshotAloneThatIsUpToDate()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        DateTime written = Age(_folder.Snapshot, TimeSpan.FromMinutes(5));

        // Newer than the model: not even opened. A model that may not be opened at all shows it.
        using (new FileStream(model, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();
        }

        File.GetLastWriteTimeUtc(_folder.Snapshot).ShouldBe(written);
    }

    [Fact]
    public void LeavesASnapshotAloneWhenTheModelChangedInItsWeightsOnly()
    {
        byte[] content = TaskFolder.Tiny().ToArray();
        string model = _folder.WriteModel(content);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        DateTime written = Age(_folder.Snapshot, TimeSpan.FromMinutes(20));

        content[^1] ^= 1;
        _folder.WriteModel(content);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.GetLastWriteTimeUtc(_folder.Snapshot).ShouldBe(written);
    }

    [Fact]
    public void WritesAgainWhenTheHeaderChanged()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        Age(_folder.Snapshot, TimeSpan.FromMinutes(20));

        _folder.WriteModel(TaskFolder.Tiny("two").ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.ReadAllText(_folder.Snapshot).ShouldContain("general.name string \"two\"");
    }

    [Theory]
    [InlineData("gguf-header 0\n")]
    [InlineData("")]
    public void WritesAgainWhatItCannotRead(string damaged)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        Directory.CreateDirectory(_folder.Output);
        File.WriteAllText(_folder.Snapshot, damaged);

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        GgufSnapshot.Parse(File.ReadAllText(_folder.Snapshot)).Tensors.Count.ShouldBe(11);
    }

    [Fact]
    public void TakesTheCommittedSnapshotBesideAMissingModel()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        string text = GgufSnapshot.Write(GgufHeaderReader.ReadFile(model).Header, "tiny.gguf");
        File.Delete(model);
        File.WriteAllText(model + ".header", text);

        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model));
        task.Execute().ShouldBeTrue();

        File.ReadAllText(task.Snapshots.ShouldHaveSingleItem().ItemSpec).ShouldBe(text);
        BuildMessageEventArgs message = _engine.Messages.Where(each => each.Importance == MessageImportance.High).ShouldHaveSingleItem();
        message.Message.ShouldNotBeNull().ShouldContain("no weights are packed");
    }

    [Fact]
    public void WritesTheSnapshotToCommitWhereTheItemAsksForIt()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        string committed = Path.Combine(_folder.Root, "headers", "my.header");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model, committed)).Execute().ShouldBeTrue();
        File.ReadAllText(committed).ShouldBe(File.ReadAllText(_folder.Snapshot));
        File.Exists(model + ".header").ShouldBeFalse();

        // Version control gave it other line ends: it stays as it is.
        File.WriteAllText(committed, File.ReadAllText(committed).Replace("\n", "\r\n", StringComparison.Ordinal));
        DateTime written = Age(committed, TimeSpan.FromMinutes(20));
        _folder.SnapshotTask(_engine, TaskFolder.Item(model, committed)).Execute().ShouldBeTrue();
        File.GetLastWriteTimeUtc(committed).ShouldBe(written);

        File.Delete(model);
        File.Delete(_folder.Snapshot);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model, committed)).Execute().ShouldBeTrue();
        GgufSnapshot.Parse(File.ReadAllText(_folder.Snapshot)).Tensors.Count.ShouldBe(11);
    }

    [Fact]
    public void KeepsACommittedSnapshotBesideTheModelUpToDateButNotForAnIde()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        File.WriteAllText(model + ".header", "of another model");

        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model));
        task.IsDesignTimeBuild = true;
        task.Execute().ShouldBeTrue();
        File.ReadAllText(model + ".header").ShouldBe("of another model");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();
        File.ReadAllText(model + ".header").ShouldBe(File.ReadAllText(_folder.Snapshot));
    }

    [Fact]
    public void RefusesAMissingModelWithoutASnapshot()
    {
        string model = Path.Combine(_folder.Root, "models", "tiny.gguf");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN001");
        error.File.ShouldBe(model);
        error.Message.ShouldNotBeNull().ShouldContain(model + ".header");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(200)]
    public void RefusesATruncatedModel(int length)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray()[..length]);

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN002");
        error.File.ShouldBe(model);
        _folder.OutputFiles.ShouldBeEmpty();
    }

    [Fact]
    public void RefusesAFileThatIsNoGguf()
    {
        // Braces, as a format string would choke on.
        string model = _folder.WriteModel("{0} {broken"u8.ToArray());

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("MGEN002");
    }

    [Fact]
    public void OnlyWarnsInADesignTimeBuildAndKeepsTheSnapshotOfBefore()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        string before = File.ReadAllText(_folder.Snapshot);
        File.WriteAllText(model, "half a download");

        string missing = Path.Combine(_folder.Root, "models", "missing.gguf");
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model), TaskFolder.Item(missing));
        task.IsDesignTimeBuild = true;

        task.Execute().ShouldBeTrue();
        _engine.Errors.ShouldBeEmpty();
        _engine.Warnings.Select(warning => warning.Code).ShouldBe(["MGEN002", "MGEN001"]);
        task.Snapshots.ShouldHaveSingleItem().ItemSpec.ShouldBe(_folder.Snapshot);
        File.ReadAllText(_folder.Snapshot).ShouldBe(before);
    }

    [Theory]
    [InlineData("other/tiny.gguf")]
    [InlineData("models/TINY.GGUF")]
    [InlineData("models/tiny")]
    public void RefusesModelsThatWouldBePackedIntoOneFile(string second)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        string other = Path.Combine(_folder.Root, second);
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.Copy(model, other, overwrite: true);

        _folder.SnapshotTask(_engine, TaskFolder.Item(model), TaskFolder.Item(other)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN013");
        error.Message.ShouldNotBeNull().ShouldContain(model);
        error.Message.ShouldContain(other);
    }

    [Fact]
    public void TakesAModelThatIsListedTwiceOnce()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model), TaskFolder.Item(model));

        task.Execute().ShouldBeTrue();
        task.Snapshots.Length.ShouldBe(1);
    }

    [Fact]
    public void ReportsASnapshotThatCannotBeWritten()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        File.WriteAllText(Path.Combine(_folder.Root, "obj"), "a file where the folder should be");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("MGEN022");
    }

    private static DateTime Age(string path, TimeSpan age)
    {
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return File.GetLastWriteTimeUtc(path);
    }
}
