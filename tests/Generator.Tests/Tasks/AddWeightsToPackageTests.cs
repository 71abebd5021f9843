using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>The task of dotnet pack: what goes into a package, what is declared of it, and when it says that it cannot.</summary>
public sealed class AddWeightsToPackageTests : IDisposable
{
    private const string Id = "Acme.Stories";

    private readonly TaskFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddsTheWeightsTheirDeclarationsAndTheirImport()
    {
        AddWeightsToPackage task = Task(Weights("a.weights", "stories.weights", "10.0"), Weights("b-1f.weights", "small/m#1 100%;'@(x)&.weights", "9.0"));

        task.Execute().ShouldBeTrue();

        PackagePaths(task).ShouldBe(["weights/a.weights", "weights/b-1f.weights", "weights/weights.targets", "buildTransitive/Acme.Stories.targets"]);
        XElement[] items = Declared(task);
        items.Select(item => item.Attribute("Include")!.Value).ShouldBe(["$(MSBuildThisFileDirectory)a.weights", "$(MSBuildThisFileDirectory)b-1f.weights"]);

        // The name that programs look for is told apart from MSBuild's own characters.
        items.Select(item => new TaskItem(item.Attribute("TargetPath")!.Value).ItemSpec).ShouldBe(["stories.weights", "small/m#1 100%;'@(x)&.weights"]);
        items[1].Attribute("TargetPath")!.Value.ShouldBe("small/m#1 100%25%3b%27%40%28x%29&.weights");
        items.ShouldAllBe(item => item.Attribute("ExcludeFromSingleFile")!.Value == "true");
        XElement import = XDocument.Load(task.Files[3].ItemSpec).Root!.Elements().Single();
        import.Attribute("Project")!.Value.ShouldBe("$(MSBuildThisFileDirectory)../weights/weights.targets");
    }

    /// <summary>A project of several frameworks gives the same file for each: the program needs the oldest of them.</summary>
    [Fact]
    public void AFileOfSeveralFrameworksIsOne()
    {
        AddWeightsToPackage task = Task(
            Weights("net10.0/a.weights", "a.weights", "10.0"), Weights("net9.0/a.weights", "a.weights", "9.0"), Weights("net10.0/b.weights", "b.weights", "10.0"));

        task.Execute().ShouldBeTrue();

        PackagePaths(task)[..2].ShouldBe(["weights/a.weights", "weights/b.weights"]);
        Declared(task).Select(item => item.Attribute("Condition")!.Value).ShouldBe(new[] { "9.0", "10.0" }.Select(version =>
            $"$([MSBuild]::VersionGreaterThanOrEquals('$(TargetFrameworkVersion)', '{version}'))"));
    }

    [Theory]
    [InlineData("one", "two")]
    [InlineData("one", "three")]
    public void RefusesDifferentWeightsOfOneName(string net9, string net10)
    {
        AddWeightsToPackage task = Task(Weights("net9.0/a.weights", "a.weights", "9.0", net9), Weights("net10.0/a.weights", "A.weights", "10.0", net10));

        task.Execute().ShouldBeFalse();

        task.Files.ShouldBeEmpty();
        BuildErrorEventArgs error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("MGEN027");
        error.Message.ShouldBe("the package 'Acme.Stories' cannot carry its weights: 'A.weights' of .NET 9.0 and of .NET 10.0 are of different models; give one of the models another file name.");
    }

    /// <summary>NuGet imports one file of the package's name.</summary>
    [Theory]
    [InlineData("Acme.Stories.targets", "buildTransitive")]
    [InlineData("Acme.Stories.targets", "build")]
    [InlineData("acme.stories.targets", "build\\net10.0;buildTransitive\\net10.0")]
    [InlineData("any.targets", "build/;buildTransitive/Acme.Stories.targets")]
    public void RefusesBesideABuildFileOfThePackagesOwnThatDoesNotImportTheWeights(string name, string packagePath)
    {
        AddWeightsToPackage task = Task(Weights("a.weights", "a.weights", "10.0"));
        task.OtherFiles = [PackageFile(name, packagePath, "<Project />")];

        task.Execute().ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Message!.ShouldContain(
            "add <Import Project=\"$(MSBuildThisFileDirectory)../weights/weights.targets\" /> to buildTransitive/Acme.Stories.targets, or set ModelGenPackWeights to false.");
    }

    [Fact]
    public void LeavesABuildFileOfThePackagesOwnThatImportsTheWeights()
    {
        AddWeightsToPackage task = Task(Weights("a.weights", "a.weights", "10.0"));
        task.OtherFiles = [PackageFile("Acme.Stories.targets", "buildTransitive", "<Project><Import Project=\"$(MSBuildThisFileDirectory)..\\weights\\weights.targets\" /></Project>")];

        task.Execute().ShouldBeTrue();

        PackagePaths(task).ShouldBe(["weights/a.weights", "weights/weights.targets"]);
    }

    [Theory]
    [InlineData("Acme.Stories.props", "buildTransitive")]
    [InlineData("Acme.Stories.Extra.targets", "build")]
    [InlineData("Acme.Stories.targets", "content")]
    public void OtherFilesOfThePackageAreNotInTheWay(string name, string packagePath)
    {
        AddWeightsToPackage task = Task(Weights("a.weights", "a.weights", "10.0"));
        task.OtherFiles = [PackageFile(name, packagePath, "<Project />")];

        task.Execute().ShouldBeTrue();

        task.Files.Length.ShouldBe(3);
    }

    [Fact]
    public void LeavesWeightsOutWhereThatIsAskedForAndSaysSo()
    {
        Task(Weights("a.weights", "a.weights", "10.0")).Execute().ShouldBeTrue();
        string declared = File.ReadAllText(Path.Combine(_folder.Output, "weights.targets"));
        AddWeightsToPackage task = Task(Weights("a.weights", "a.weights", "10.0"), Missing("b.gguf"));
        task.LeaveOut = true;

        task.Execute().ShouldBeTrue();

        task.Files.ShouldBeEmpty();
        _engine.Warnings.ShouldBeEmpty();
        BuildMessageEventArgs message = _engine.Messages.Where(each => each.Importance == MessageImportance.High).ShouldHaveSingleItem();
        message.Message.ShouldBe("Acme.Stories: the package has no weights (ModelGenPackWeights is false): a.weights, b.gguf. A program that uses it gives Load the path of such a file.");

        // By this file's change, a package that was made with weights is seen to be out of date.
        string input = task.Inputs.ShouldHaveSingleItem().ItemSpec;
        File.ReadAllText(input).ShouldNotBe(declared);
    }

    [Fact]
    public void WarnsOnceOfAModelThatIsNotThere()
    {
        AddWeightsToPackage task = Task(Missing("b.gguf"), Missing("b.gguf"));

        task.Execute().ShouldBeTrue();

        task.Files.ShouldBeEmpty();
        BuildWarningEventArgs warning = _engine.Warnings.ShouldHaveSingleItem();
        warning.Code.ShouldBe("MGEN027");
        warning.File.ShouldEndWith("b.gguf");
    }

    [Fact]
    public void WarnsWhereANuspecSaysWhatIsInThePackage()
    {
        AddWeightsToPackage task = Task(Weights("a.weights", "a.weights", "10.0"));
        task.NuspecFile = "Acme.nuspec";

        task.Execute().ShouldBeTrue();

        task.Files.ShouldBeEmpty();
        _engine.Warnings.ShouldHaveSingleItem().Code.ShouldBe("MGEN027");
        task.LeaveOut = true;
        task.Execute().ShouldBeTrue();
        _engine.Warnings.Count.ShouldBe(1);
    }

    [Fact]
    public void DoesNothingForAProjectWithoutModels()
    {
        AddWeightsToPackage task = Task();
        task.LeaveOut = true;

        task.Execute().ShouldBeTrue();

        task.Files.ShouldBeEmpty();
        _engine.Messages.ShouldBeEmpty();
        _folder.OutputFiles.ShouldBeEmpty();
    }

    private static string[] PackagePaths(AddWeightsToPackage task) => [.. task.Files.Select(file => file.GetMetadata("PackagePath"))];

    private static XElement[] Declared(AddWeightsToPackage task) =>
        [.. XDocument.Load(task.Files.Single(file => file.GetMetadata("PackagePath") == "weights/weights.targets").ItemSpec).Descendants("ContentWithTargetPath")];

    private AddWeightsToPackage Task(params ITaskItem[] weights) =>
        new() { BuildEngine = _engine, PackageId = Id, Weights = weights, OutputFolder = _folder.Output };

    private TaskItem Weights(string path, string targetPath, string framework, string content = "weights")
    {
        TaskItem item = new(Write(path, content));
        item.SetMetadata("TargetPath", targetPath.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3b", StringComparison.Ordinal));
        item.SetMetadata("TargetFrameworkVersion", framework);
        return item;
    }

    private TaskItem Missing(string name)
    {
        TaskItem item = new(Path.Combine(_folder.Root, name));
        item.SetMetadata("IsMissing", "true");
        item.SetMetadata("TargetFrameworkVersion", "10.0");
        return item;
    }

    private TaskItem PackageFile(string name, string packagePath, string text)
    {
        TaskItem item = new(Write(name, text));
        item.SetMetadata("PackagePath", packagePath);
        return item;
    }

    private string Write(string path, string text)
    {
        string full = Path.Combine(_folder.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }
}
