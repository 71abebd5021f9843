using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Formats;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Packing;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>Emitted code compiles with warnings as errors, whatever the model's formats and whatever things are called.</summary>
public sealed class CompilationTests
{
    private const int FilesOfModel = 6;

    /// <summary>Characters that end a line, a comment, a literal or an XML element, and some that XML does not have.</summary>
    private const string Hostile = "a */ /* \" \\ \r\n } #error x\u2028#error y\u2029z\u0085<b>&amp;\u0001\u0007\ufffe\ud83d\ude00 {0} \0";

    public static IEnumerable<TheoryDataRow<string>> Formats() => TensorFormat.All.Select(format => new TheoryDataRow<string>(format.Name));

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryFormatWithItsOwnAndWithATiedHead(string format)
    {
        // With overflow checks on, as a project may have them.
        TestModel model = TestModel.Of(TensorFormat.Find(GgmlType.Find(format)!.Id)!) with { Layers = 1 };
        TestModel[] models = [model, model with { FileName = "tied.gguf", IsTied = true }];
        byte[] image = GeneratorRun.OfModels(new ProjectOptions { IsChecked = true }, models).Compile();
        OverflowChecks.In(image).ShouldBeEmpty();
    }

    [Fact]
    public void ShapesThatAreNoMultipleOfAStrip() => GeneratorRun.OfModels(new TestModel
    {
        Format = TestModel.F32,
        Embedding = 36,
        Heads = 3,
        KeyValueHeads = 1,
        HeadDimension = 12,
        Hidden = 52,
        Vocabulary = 37,
    }).Compile().ShouldNotBeEmpty();

    [Fact]
    public void SeveralModelsAndSeveralClassesOverOne()
    {
        TestModel first = new() { Layers = 1, FileName = "a.gguf" };
        TestModel second = new() { Layers = 1, FileName = "b.gguf", Format = TestModel.Q4_0 };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("A", "a.gguf"), GeneratorRun.Class("Short", "a.gguf", ", ContextLength = 8"), GeneratorRun.Class("B", "b.gguf")],
            MemoryText.Of(first),
            MemoryText.Of(second));
        run.Compile().ShouldNotBeEmpty();
        run.Files.Count.ShouldBe(3 * FilesOfModel);
        run.Files["Compiled.A.Blueprint.g.cs"].ShouldContain("ContextLength = 48,");
        run.Files["Compiled.Short.Blueprint.g.cs"].ShouldContain("ContextLength = 8,");
        run.Files["Compiled.Short.Blueprint.g.cs"].ShouldContain("WeightsFileName = \"a.weights\",");
        run.Files["Compiled.B.Blueprint.g.cs"].ShouldContain("WeightsFileName = \"b.weights\",");
    }

    [Fact]
    public void HostileNamesBreakNeitherCommentsNorLiterals()
    {
        TestModel model = new() { Layers = 1, Name = Hostile };
        GeneratorRun run = GeneratorRun.OfModels(model);
        run.CheckNames();
        run.Files["Compiled.Model0.Model.g.cs"].ShouldContain("/// a */ /* \" \\    } #error x #error y z &lt;b&gt;&amp;amp;", Case.Sensitive);
    }

    [Fact]
    public void LongNamesAreCutInComments()
    {
        TestModel model = new() { Layers = 1, Name = new string('n', 5000) };
        GeneratorRun.OfModels(model).Files["Compiled.Model0.Model.g.cs"].Split('\n').ShouldAllBe(line => line.Length < 400);
    }

    [Theory]
    [InlineData("my model (v1.2) ü模.gguf")]
    [InlineData("a\"b\"\"c'{0}.gguf")]
    [InlineData("line\u2028#error break\n#error two.gguf")]
    [InlineData("<a>&lt;.gguf")]
    public void OddFileNames(string fileName)
    {
        TestModel model = new() { Layers = 1, FileName = fileName };
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model0", fileName)], new MemoryText(fileName + ".header", model.Snapshot));
        run.CheckNames();
        string weights = fileName[..^".gguf".Length] + ".weights";
        run.Files["Compiled.Model0.Blueprint.g.cs"].ShouldContain("WeightsFileName = " + SymbolDisplay.FormatLiteral(weights, quote: true) + ",", Case.Sensitive);
    }

    [Fact]
    public void TheWeightsFileIsNamedAfterTheModelsOwnSpelling()
    {
        TestModel model = new() { Layers = 1, FileName = "Tiny.GGUF" };
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model0", "tiny.gguf")], MemoryText.Of(model));
        run.Files["Compiled.Model0.Blueprint.g.cs"].ShouldContain("WeightsFileName = \"Tiny.weights\",", Case.Sensitive);
    }

    [Fact]
    public void TheDefaultContextIsTheModelsUpTo4096()
    {
        TestModel model = new() { Layers = 1, ContextLength = 131072 };
        ContextOf(GeneratorRun.OfModels(model)).ShouldBe("ContextLength = 4096,");
        ContextOf(GeneratorRun.OfModels(model with { ContextLength = 4095 })).ShouldBe("ContextLength = 4095,");
        ContextOf(GeneratorRun.Start([GeneratorRun.Class("Model0", model.FileName, ", ContextLength = 131072")], MemoryText.Of(model)))
            .ShouldBe("ContextLength = 131072,");

        static string ContextOf(GeneratorRun run) => run.Files["Compiled.Model0.Blueprint.g.cs"].Split('\n')
            .Single(line => line.Contains("ContextLength = ", StringComparison.Ordinal)).Trim();
    }

    [Theory]
    [InlineData("stories.gguf", "stories.weights")]
    [InlineData("Stories.GGUF", "Stories.weights")]
    [InlineData("a.gguf.gguf", "a.gguf.weights")]
    [InlineData("stories.bin", "stories.bin.weights")]
    public void WeightsFileNames(string model, string weights) => PackedFileName.Of(model).ShouldBe(weights);

    [Fact]
    public void EmittedFilesSayThatTheyAreGenerated()
    {
        GeneratorRun run = GeneratorRun.OfModels(new TestModel { Layers = 1 });
        run.Files.Count.ShouldBe(FilesOfModel);
        foreach ((string name, string text) in run.Files)
        {
            text.ShouldStartWith("// <auto-generated>\n// tiny.gguf: ", customMessage: name);
            text.ShouldNotContain("\r", customMessage: name);
            text.ShouldNotContain(" \n", customMessage: name);
        }
    }
}
