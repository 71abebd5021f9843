using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>What is said about classes with [RandomForest] and their files: its id, its place and its whole message.</summary>
public sealed class ForestDiagnosticTests
{
    private const string Attribute = "RandomForest(\"router.json\")";

    [Fact]
    public void NoSuchItem() => ShouldReport(
        GeneratorRun.Start([ForestSample.Class()], ForestSample.TextOf(ForestSample.Small, "/project/other.json")),
        "MGEN040",
        Attribute,
        "no RandomForest item is called 'router.json'; add <RandomForest Include=\"path/router.json\" /> to the project");

    [Fact]
    public void TwoItemsFit() => ShouldReport(
        GeneratorRun.Start(
            [ForestSample.Class()],
            ForestSample.TextOf(ForestSample.Small, "/project/a/router.json"),
            ForestSample.TextOf(ForestSample.Small, "/project/b/router.json")),
        "MGEN041",
        Attribute,
        "'router.json' fits several RandomForest items: 'a/router.json', 'b/router.json'; name one of them with its folder");

    [Fact]
    public void AFolderTellsTwoItemsApart()
    {
        GeneratorRun run = GeneratorRun.Start(
            [ForestSample.Class(fileName: "b/router.json")],
            ForestSample.TextOf("no forest", "/project/a/router.json"),
            ForestSample.TextOf(ForestSample.Small, "/project/b/router.json"));
        run.Diagnostics.ShouldBeEmpty();
        run.Compile().ShouldNotBeEmpty();
    }

    /// <summary>Other JSON files, and a forest among the additional files, may be for somebody else.</summary>
    [Fact]
    public void AnItemThatNoClassNames()
    {
        MemoryText used = new("/project/router.json", ForestSample.Small) { Item = "RandomForest" };
        MemoryText unused = new("/project/old/router.json", "no forest") { Item = "RandomForest" };
        MemoryText other = new("/project/settings.json", "{}");
        Diagnostic diagnostic = GeneratorRun.Start([ForestSample.Class(fileName: "project/router.json")], used, unused, other)
            .Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Id, diagnostic.DefaultSeverity).ShouldBe(("MGEN045", DiagnosticSeverity.Warning));
        diagnostic.GetMessage(null).ShouldBe("no class carries [RandomForest(\"old/router.json\")]: nothing is compiled for the item");
        GeneratorRun.Start([], used).Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("MGEN045");
        GeneratorRun.Start([], ForestSample.TextOf(ForestSample.Small), other).Diagnostics.ShouldBeEmpty();

        // A class that means a file that is not there may mean this one.
        GeneratorRun.Start([ForestSample.Class(fileName: "ruoter.json")], used).Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("MGEN040");
    }

    [Theory]
    [InlineData("public sealed class Router;", "Router")]
    [InlineData("public static class Outer { [RandomForest(\"router.json\")] public sealed partial class Router; }", "Outer")]
    public void NotPartial(string declaration, string place) => ShouldReport(
        Declare(declaration), "MGEN043", place, $"type '{place}' must be declared partial: it carries [RandomForest] or stands around a class that does");

    [Theory]
    [InlineData("public sealed partial class Router<T>;", "be generic")]
    [InlineData("public static partial class Router;", "be static")]
    [InlineData("public abstract partial class Router;", "be abstract")]
    [InlineData("public sealed partial record Router;", "be a record")]
    [InlineData("public sealed partial class Router(int x) { public int X => x; }", "have constructor parameters")]
    [InlineData("public sealed partial class Router : System.Exception;", "have a base class: the generator derives it from CompiledForest")]
    [InlineData("file sealed partial class Router;", "be local to its file")]
    public void NotAPlainClass(string declaration, string must) =>
        ShouldReport(Declare(declaration), "MGEN044", "Router", $"class 'Router' carries [RandomForest] and must not {must}");

    [Fact]
    public void TooOldALanguage()
    {
        GeneratorRun run = GeneratorRun.Start(
            new ProjectOptions { Language = LanguageVersion.CSharp10 }, [ForestSample.Class()], ForestSample.TextOf(ForestSample.Small));
        run.Diagnostics.Single().Id.ShouldBe("MGEN018");
    }

    [Theory]
    [InlineData("", "line 1, column 1: expected '{', and found the end of the file")]
    [InlineData("\n  []", "line 2, column 3: expected '{', and found '['")]
    [InlineData("{}", "line 1, column 3: 'version' is missing from what ends here; it has version, features, classes, trees")]
    [InlineData("{\"version\": 2}", "line 1, column 13: '2' is no whole number from 1 to 1")]
    [InlineData("{\"trees\": [{}]}", "line 1, column 14: 'feature' is missing from what ends here; it has feature, threshold, left, right, value")]
    [InlineData("{\"depth\": 1}", "line 1, column 9: 'depth' is not known; there are version, features, classes, trees")]
    [InlineData("{\"version\": 1, \"version\": 1}", "line 1, column 25: 'version' is there twice; leave one of them away")]
    [InlineData("{\"features\": 0}", "line 1, column 14: '0' is no whole number from 1 to 16384")]
    [InlineData("{\"features\": 1.5}", "line 1, column 14: '1.5' is no whole number from 1 to 16384")]
    [InlineData("{\"features\": 99999999999999999999}", "line 1, column 14: '99999999999999999999' is no whole number from 1 to 16384")]
    [InlineData("{\"classes\": [0, NaN]}", "line 1, column 17: expected a number, and found 'NaN'")]
    [InlineData("{\"classes\": [01]}", "line 1, column 14: expected a number, and found '01'")]
    [InlineData("{\"classes\": [0, ]}", "line 1, column 17: expected a number, and found ']'")]
    [InlineData("{\"classes\": [0", "line 1, column 15: expected ']', and found the end of the file")]
    [InlineData("{\"classes", "line 1, column 3: a name does not end")]
    [InlineData("{\"trees\": [{\"threshold\": [1e999]}]}", "line 1, column 27: '1e999' is more than a number can be")]
    public void FilesThatAreNoForest(string text, string problem) => ShouldBeBad(text, problem);

    [Theory]
    [InlineData("\n}", "\n}\n7", "line 16, column 1: expected the end of the file, and found '7'")]
    [InlineData("[0, 1, 3]", "[]", "classes: there is none; write scikit-learn's classes_")]
    [InlineData("[0, 1, 3]", "[0, 3, 1]", "classes: 1 stands behind 3; they ascend, as scikit-learn's classes_ do")]
    [InlineData("[1, -2, -2]", "[1, -2]", "tree 0: feature, threshold, left, right and value have 2, 3, 3, 3, 3 elements; each has one for each node, of which there is at least one")]
    [InlineData("[1, -2, -2]", "[2, -2, -2]", "tree 0, node 0: it has the feature 2; features are from 0 to 1, or 'features' says too few")]
    [InlineData("[1, -2, -2]", "[-1, -2, -2]", "tree 0, node 0: it has the feature -1; features are from 0 to 1, or 'features' says too few")]
    [InlineData("[1, -1, -1]", "[3, -1, -1]", "tree 0, node 0: it has the child 3; children are nodes, here from 0 to 2, and a leaf has -1 twice")]
    [InlineData("[1, -1, -1]", "[-1, -1, -1]", "tree 0, node 0: it has the child -1; children are nodes, here from 0 to 2, and a leaf has -1 twice")]
    [InlineData("[1, -1, -1]", "[0, -1, -1]", "tree 0, node 0: it is the child of two nodes, or of one below it; each but node 0 is the child of one node")]
    [InlineData("[1, -1, -1]", "[2, -1, -1]", "tree 0, node 2: it is the child of two nodes, or of one below it; each but node 0 is the child of one node")]
    [InlineData("[0.0, 2.0, 0.0]", "[0.0, 2.0]", "tree 0, node 2: it is a leaf with 2 values, and there are 3 classes; a leaf has a value for each, as scikit-learn's tree_.value[:, 0, :]")]
    [InlineData("[0.0, 2.0, 0.0]", "[0.0, 0.0, 0.0]", "tree 0, node 2: it is a leaf whose values are no weights of classes; they are 0 or more, and at least one of them is more")]
    [InlineData("[0.0, 2.0, 0.0]", "[3.0, 2.0, -1]", "tree 0, node 2: it is a leaf whose values are no weights of classes; they are 0 or more, and at least one of them is more")]
    [InlineData("[0.0, 2.0, 0.0]", "[1e308, 1e308, 0]", "tree 0, node 2: it is a leaf whose values are no weights of classes; they are 0 or more, and at least one of them is more")]
    public void TreesThatAreNone(string old, string replacement, string problem)
    {
        ForestSample.Small.ShouldContain(old);
        int at = old == "\n}" ? ForestSample.Small.LastIndexOf(old, StringComparison.Ordinal) : ForestSample.Small.IndexOf(old, StringComparison.Ordinal);
        ShouldBeBad(ForestSample.Small.Remove(at, old.Length).Insert(at, replacement), problem);
    }

    [Fact]
    public void ANodeThatIsNoChild() => ShouldBeBad(
        """
        {"version": 1, "features": 1, "classes": [0], "trees": [
          {"feature": [0, 0], "threshold": [0, 0], "left": [-1, -1], "right": [-1, -1], "value": [[1], [1]]}]}
        """,
        "tree 0, node 1: it is no node's child; each but node 0 is the child of one node");

    [Fact]
    public void AForestWithoutTrees() =>
        ShouldBeBad("""{"version": 1, "features": 1, "classes": [0], "trees": []}""", "trees: there is none; a forest has at least one");

    [Fact]
    public void TooManyNodes()
    {
        string numbers = string.Join(',', Enumerable.Repeat("-1", 1 << 18));
        string tree = $$"""{"feature":[{{numbers}}],"threshold":[],"left":[{{numbers}}],"right":[],"value":[]}""";
        string text = $$"""{"version": 1, "features": 1, "classes": [0], "trees": [{{string.Join(',', Enumerable.Repeat(tree, 5))}}]}""";
        GeneratorRun run = ForestSample.Run(text);
        string message = run.Diagnostics.Single().GetMessage(null);
        message.ShouldEndWith(": the trees have more than 1,048,576 nodes; train fewer trees, or give max_depth or min_samples_leaf");
        ForestSample.Run(text.Replace("[-1", "[-1,-1", StringComparison.Ordinal)).Diagnostics.Single().GetMessage(null)
            .ShouldEndWith(": there are more than 262,144 elements, which is the most");
    }

    private static GeneratorRun Declare(string declaration) => GeneratorRun.Start(
        [$"using ModelGen.Routing;\nnamespace App;\n{(declaration.Contains("[RandomForest", StringComparison.Ordinal) ? "" : $"[{Attribute}] ")}{declaration}\n"],
        ForestSample.TextOf(ForestSample.Small));

    private static void ShouldBeBad(string text, string problem) =>
        ShouldReport(ForestSample.Run(text), "MGEN042", Attribute, $"'router.json': {problem}");

    private static void ShouldReport(GeneratorRun run, string id, string place, string message)
    {
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.GetMessage(null).ShouldBe(message);
        diagnostic.Id.ShouldBe(id);
        run.TextAt(diagnostic.Location).ShouldBe(place);
        run.Files.ShouldBeEmpty();
    }
}
