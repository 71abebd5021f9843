using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Tasks;
using ModelGen.Templates;
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
        File.ReadAllText(_folder.Snapshot).ShouldBe(GgufSnapshot.Write(GgufHeaderReader.ReadFile(model).Header, ModelPath.Normalise(model)));
        _folder.OutputFiles.ShouldBe(["tiny.gguf.header"]);
    }

    [Fact]
    public void LeavesASnapshotAloneWhenTheModelChangedInItsWeightsOnly()
    {
        byte[] content = TaskFolder.Tiny().ToArray();
        string model = _folder.WriteModel(content);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();
        DateTime written = Age(_folder.Snapshot, TimeSpan.FromMinutes(20));

        _folder.WriteModel(TaskFolder.Tuned(content));
        File.SetLastWriteTimeUtc(model, DateTime.UtcNow);
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.GetLastWriteTimeUtc(_folder.Snapshot).ShouldBe(written);
    }

    /// <summary>The other model has the same length, and its time is the first one's, or years before or behind the snapshot's.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-3000)]
    [InlineData(30_000)]
    public void WritesAgainWhenTheHeaderChanged(int days)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute();

        _folder.WriteModel(TaskFolder.Tiny("two").ToArray());
        File.SetLastWriteTimeUtc(model, TaskFolder.ModelTime.AddDays(days));
        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();

        File.ReadAllText(_folder.Snapshot).ShouldContain("general.name string \"two\"");
    }

    [Fact]
    public void FollowsALinkToAnotherModel()
    {
        string one = _folder.WriteModel(TaskFolder.Tiny("one").ToArray(), "blobs/one");
        string two = _folder.WriteModel(TaskFolder.Tiny("two").ToArray(), "blobs/two");
        string model = Path.Combine(_folder.Root, "models", "tiny.gguf");
        foreach ((string target, string name) in new[] { (one, "one"), (two, "two") })
        {
            File.Delete(model);
            File.CreateSymbolicLink(model, target);
            _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeTrue();
            File.ReadAllText(_folder.Snapshot).ShouldContain($"general.name string \"{name}\"");
        }
    }

    /// <summary>Whether to compile is decided by times; a clock that was set back must not keep an assembly of another model.</summary>
    [Fact]
    public void DeletesTheAssemblyThatWasCompiledFromAnotherText()
    {
        string assembly = Path.Combine(_folder.Root, "App.dll");
        string template = Path.Combine(_folder.Root, "chat.jinja");
        string model = _folder.WriteModel(TaskFolder.Tiny("one").ToArray());
        File.WriteAllText(template, "one");
        Run(isDesignTime: false).ShouldBeFalse();
        Run(isDesignTime: false).ShouldBeTrue();
        _folder.WriteModel(TaskFolder.Tiny("two").ToArray());
        Run(isDesignTime: false).ShouldBeFalse();
        File.WriteAllText(template, "one\r\n");
        Run(isDesignTime: false).ShouldBeFalse();
        File.WriteAllText(template, "one\n");
        Run(isDesignTime: false).ShouldBeFalse();
        _folder.WriteModel(TaskFolder.Tiny("three").ToArray());
        Run(isDesignTime: true).ShouldBeTrue("an IDE only looks");

        bool Run(bool isDesignTime)
        {
            File.WriteAllText(assembly, "compiled");
            SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model, chatTemplate: template));
            task.CompiledAssembly = assembly;
            task.IsDesignTimeBuild = isDesignTime;
            task.Execute().ShouldBeTrue();
            return File.Exists(assembly);
        }
    }

    [Fact]
    public void NeedsNoFolderOfTheAssembly()
    {
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny().ToArray())));
        task.CompiledAssembly = Path.Combine(Path.GetDirectoryName(task.OutputFolder.TrimEnd('/', '\\'))!, "not made yet", "App.dll");
        task.Execute().ShouldBeTrue();
        _engine.Errors.ShouldBeEmpty();
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

        File.ReadAllText(task.Snapshots.ShouldHaveSingleItem().ItemSpec).ShouldBe(GgufSnapshot.Write(GgufSnapshot.Parse(text), ModelPath.Normalise(model)));
        BuildMessageEventArgs message = _engine.Messages.Where(each => each.Importance == MessageImportance.High).ShouldHaveSingleItem();
        message.Message.ShouldNotBeNull().ShouldContain("no weights are packed");
    }

    [Fact]
    public void NamesACommittedSnapshotThatCannotBeRead()
    {
        string model = Path.Combine(_folder.Root, "models", "tiny.gguf");
        File.WriteAllText(model + ".header", "gguf-header 1\nfile tiny\n");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN002");
        error.File.ShouldBe(model + ".header");
        error.Message.ShouldNotBeNull().ShouldContain("line 2");
        _folder.OutputFiles.ShouldBeEmpty();
    }

    [Fact]
    public void WritesTheSnapshotToCommitWhereTheItemAsksForIt()
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        string committed = Path.Combine(_folder.Root, "headers", "my.header");

        _folder.SnapshotTask(_engine, TaskFolder.Item(model, committed)).Execute().ShouldBeTrue();
        File.ReadAllText(committed).ShouldBe(GgufSnapshot.Write(GgufHeaderReader.ReadFile(model).Header, "tiny.gguf"), "no folder of this machine is in it");
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
        File.ReadAllText(model + ".header").ShouldBe(GgufSnapshot.Write(GgufHeaderReader.ReadFile(model).Header, "tiny.gguf"));
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
    public void TellsModelsOfOneFileNameApartByTheirFolders()
    {
        ITaskItem[] items =
        [
            .. new[] { "small/tiny.gguf", "large/tiny.gguf", "large/own.gguf" }
                .Select(path => TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny(path).ToArray(), path))),
        ];
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, items);
        task.Execute().ShouldBeTrue();
        task.Snapshots.Select(item => File.ReadAllText(item.ItemSpec)).ShouldBe(
            items.Select(item => GgufSnapshot.Write(GgufHeaderReader.ReadFile(item.ItemSpec).Header, ModelPath.Normalise(item.ItemSpec))));

        PackWeights pack = _folder.PackTask(_engine, items);
        pack.Execute().ShouldBeTrue();
        pack.PackedFiles.Select(item => item.GetMetadata("TargetPath")).ShouldBe(["small/tiny.weights", "large/tiny.weights", "own.weights"]);
        pack.PackedFiles.Select(item => item.ItemSpec).ShouldBeUnique();
    }

    /// <summary>What is compiled lies in files that any compiler and command line takes; who they are of is written in them.</summary>
    [Theory]
    [InlineData("m#1.gguf")]
    [InlineData("a;b.gguf")]
    [InlineData("100%, a%3Bb.gguf")]
    [InlineData("it's \"it\".gguf")]
    [InlineData("ü 模型 $(X) @(Y).gguf")]
    [InlineData("sha256-0123abcd")]
    public void CarriesEveryName(string name)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray(), name);
        string template = Path.Combine(_folder.Root, name + ".jinja");
        File.WriteAllText(template, "{{ 1 }}");
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, TaskFolder.Item(model, chatTemplate: template));
        task.Execute().ShouldBeTrue();

        string snapshot = task.Snapshots.ShouldHaveSingleItem().ItemSpec;
        string text = task.ChatTemplates.ShouldHaveSingleItem().ItemSpec;
        Path.GetFileName(snapshot).ShouldMatch("^[A-Za-z0-9._-]+\\.header$");
        Path.GetFileName(text).ShouldMatch("^[A-Za-z0-9._-]+\\.template$");
        GgufSnapshot.Parse(File.ReadAllText(snapshot), out string path);
        path.ShouldBe(ModelPath.Normalise(model));
        ChatTemplateText.Parse(File.ReadAllText(text)).ShouldBe(new ChatTemplateText(path, name + ".jinja", "{{ 1 }}"));
    }

    [Fact]
    public void NamesThatOnlyLookAlikeHaveFilesOfTheirOwn()
    {
        ITaskItem[] items = [.. new[] { "m#1.gguf", "m;1.gguf", "m_1.gguf", new string('x', 200) + "1.gguf", new string('x', 200) + "2.gguf" }
            .Select(name => TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny().ToArray(), name)))];
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, items);
        task.Execute().ShouldBeTrue();
        task.Snapshots.Select(item => item.ItemSpec).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(items.Length);
    }

    [Fact]
    public void OneTemplateServesSeveralModels()
    {
        string template = Path.Combine(_folder.Root, "chat.jinja");
        File.WriteAllText(template, "\ufeff{% if true %}\r\nü\n{% endif %}");
        ITaskItem[] items = [.. new[] { "a.gguf", "b.gguf" }
            .Select(name => TaskFolder.Item(_folder.WriteModel(TaskFolder.Tiny().ToArray(), name), chatTemplate: template))];
        SnapshotGgufHeader task = _folder.SnapshotTask(_engine, items);
        task.Execute().ShouldBeTrue();
        ChatTemplateText[] texts = [.. task.ChatTemplates.Select(item => ChatTemplateText.Parse(File.ReadAllText(item.ItemSpec))!)];
        texts.Select(text => text.ModelPath).ShouldBe(items.Select(item => ModelPath.Normalise(item.ItemSpec)));
        texts.ShouldAllBe(text => text.Jinja == "{% if true %}\r\nü\n{% endif %}" && text.FileName == "chat.jinja");
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("caf\u00e9", "cannot be read")]
    public void RefusesATemplateThatIsNotThereOrNotUtf8(string? latin1, string problem)
    {
        string model = _folder.WriteModel(TaskFolder.Tiny().ToArray());
        string template = Path.Combine(_folder.Root, "chat.jinja");
        if (latin1 is not null)
        {
            File.WriteAllText(template, latin1, System.Text.Encoding.Latin1);
        }

        _folder.SnapshotTask(_engine, TaskFolder.Item(model, chatTemplate: template)).Execute().ShouldBeFalse();

        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN001");
        error.File.ShouldBe(template);
        error.Message.ShouldNotBeNull().ShouldContain(model);
        error.Message.ShouldContain(problem);
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
