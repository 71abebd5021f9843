using Microsoft.CodeAnalysis;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Templates;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Naming;

/// <summary>How the generator finds headers and chat templates, and which of them belong to a class.</summary>
public sealed class ModelFilesTests
{
    private const string Template = "{{ messages[0].content }}";

    [Theory]
    [InlineData("m#1.gguf", "m#1.weights")]
    [InlineData("a;b%.gguf", "a;b%.weights")]
    [InlineData("it's \"it\", ü模.gguf", "it's \"it\", ü模.weights")]
    [InlineData("sha256-0123abcd", "sha256-0123abcd.weights")]
    [InlineData("llama-3.2", "llama-3.2.weights")]
    [InlineData("m.v1", "m.v1.weights")]
    public void NamesAreReadFromTheTextsAndNotFromTheirFiles(string name, string weights)
    {
        TestModel model = new() { Layers = 1, FileName = "models/" + name };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Model0", name)],
            new MemoryText("/obj/1.header", model.Snapshot),
            new MemoryText("/obj/2.template", new ChatTemplateText(model.FileName, "c#;'\".jinja", Template).Write()));
        run.CheckNames();
        run.Files["Compiled.Model0.Blueprint.g.cs"].ShouldContain(
            "WeightsFileName = " + Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(weights, quote: true) + ",", Case.Sensitive);
        run.Files["Compiled.Model0.ChatTemplates.g.cs"].ShouldContain("c#;");
    }

    [Fact]
    public void OneTemplateIsCompiledIntoSeveralModels()
    {
        TestModel first = new() { Layers = 1, FileName = "a.gguf" };
        TestModel second = new() { Layers = 1, FileName = "b.gguf" };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("A", "a.gguf"), GeneratorRun.Class("B", "b.gguf")],
            MemoryText.Of(first),
            MemoryText.Of(second),
            new MemoryText("/obj/a.template", new ChatTemplateText("a.gguf", "chat.jinja", Template).Write()),
            new MemoryText("/obj/b.template", new ChatTemplateText("b.gguf", "chat.jinja", Template).Write()));
        run.CheckNames();
        run.Files.Keys.ShouldContain("Compiled.A.ChatTemplates.g.cs");
        run.Files.Keys.ShouldContain("Compiled.B.ChatTemplates.g.cs");
    }

    /// <summary>Line ends, quotes and lines that look like those of the text are the template's own; places count from its first line.</summary>
    [Fact]
    public void ATemplateTravelsWhole()
    {
        ChatTemplateText text = new("a\"b\\c\u2028.gguf", "it's\n.jinja", "model \"x\"\r\nfile \"y\"\n\ngguf-chat-template 1\n{{ 'ü模' }}");
        ChatTemplateText.Parse(text.Write()).ShouldBe(text);
        TestModel model = new() { Layers = 1 };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Model0", model.FileName)],
            MemoryText.Of(model),
            new MemoryText("/obj/a.template", new ChatTemplateText(model.FileName, "chat.jinja", "\n\n {% include 'x' %}").Write()));
        run.Diagnostics.ShouldHaveSingleItem().GetMessage(null).ShouldContain("chat.jinja, line 3, column 5");
    }

    [Fact]
    public void OtherFilesAreLeftAlone()
    {
        TestModel model = new() { Layers = 1 };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Model0", model.FileName)],
            MemoryText.Of(model),
            new MemoryText("/project/tiny.gguf.header", "an header of something else"),
            new MemoryText("/project/mail.template", "Dear {{ name }}"),
            new MemoryText("/project/snapshot.txt", model.Snapshot));
        run.Diagnostics.ShouldBeEmpty();
        run.CheckNames();
    }

    [Fact]
    public void ModelsOfOneFileNameAreNamedWithTheirFolders()
    {
        TestModel small = new() { Layers = 1, FileName = "models/small/m.gguf", Name = "The small one" };
        TestModel large = new() { Layers = 1, FileName = "models/large/m.gguf", Name = "The large one" };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Small", "small\\M.gguf"), GeneratorRun.Class("Large", "models/large/m.gguf")],
            new MemoryText("/obj/1.header", small.Snapshot),
            new MemoryText("/obj/2.header", large.Snapshot),
            new MemoryText("/obj/2.template", new ChatTemplateText("models/large/m.gguf", "chat.jinja", Template).Write()));
        run.CheckNames();
        run.Files["Compiled.Small.Blueprint.g.cs"].ShouldContain("WeightsFileName = \"small/m.weights\",");
        run.Files["Compiled.Small.Model.g.cs"].ShouldContain("The small one");
        run.Files["Compiled.Large.Blueprint.g.cs"].ShouldContain("WeightsFileName = \"large/m.weights\",");
        run.Files.Keys.ShouldContain("Compiled.Large.ChatTemplates.g.cs");
        run.Files.Keys.ShouldNotContain("Compiled.Small.ChatTemplates.g.cs");
    }

    [Fact]
    public void AClassThatCouldMeanTwoModelsIsRefused()
    {
        TestModel small = new() { FileName = "models/small/m.gguf" };
        TestModel large = new() { FileName = "models/large/m.gguf" };
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Model", "m.gguf")], new MemoryText("/obj/1.header", small.Snapshot), new MemoryText("/obj/2.header", large.Snapshot));
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("MGEN023");
        run.TextAt(diagnostic.Location).ShouldBe("GgufModel(\"m.gguf\")");
        diagnostic.GetMessage(null).ShouldBe("'m.gguf' fits several GgufModel items: 'small/m.gguf', 'large/m.gguf'; name one of them with its folder");
    }

    [Fact]
    public void AModelThatNoClassNamesIsTold()
    {
        TestModel used = new() { Layers = 1, FileName = "used.gguf" };
        TestModel unused = new() { Layers = 1, FileName = "models/unused.gguf" };
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "used.gguf")], MemoryText.Of(used), new MemoryText("/obj/2.header", unused.Snapshot));
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("MGEN024");
        diagnostic.DefaultSeverity.ShouldBe(DiagnosticSeverity.Warning);
        diagnostic.Location.ShouldBe(Location.None);
        diagnostic.GetMessage(null).ShouldBe(
            "no class carries [GgufModel(\"unused.gguf\")]: the item's weights are packed and shipped, but no code is compiled for them");
        GeneratorRun.Start([], MemoryText.Of(used)).Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("MGEN024");
    }

    /// <summary>A class that is refused names its model all the same, and one that names no model may have meant this one.</summary>
    [Theory]
    [InlineData("public sealed class Model;", "tiny.gguf", "MGEN007")]
    [InlineData("public abstract partial class Model;", "tiny.gguf", "MGEN012")]
    [InlineData("public sealed partial class Model;", "tny.gguf", "MGEN001")]
    public void NothingMoreIsSaidWhereTheClassIsRefused(string declaration, string name, string id)
    {
        GeneratorRun run = GeneratorRun.Start([$"namespace N; [ModelGen.GgufModel(\"{name}\")] {declaration}"], MemoryText.Of(new TestModel()));
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public void TheRemarkIsSuppressedAsAnyOther()
    {
        TestModel model = new() { Layers = 1 };
        CompilationWithNoWarn(model).ShouldBeEmpty();

        static Diagnostic[] CompilationWithNoWarn(TestModel model)
        {
            var compilation = Microsoft.CodeAnalysis.CSharp.CSharpCompilation.Create(
                "NoWarn",
                options: new Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
                    .WithSpecificDiagnosticOptions([new("MGEN024", ReportDiagnostic.Suppress)]));
            Microsoft.CodeAnalysis.CSharp.CSharpGeneratorDriver
                .Create([new ModelGenerator().AsSourceGenerator()], [MemoryText.Of(model)])
                .RunGeneratorsAndUpdateCompilation(compilation, out _, out var diagnostics, TestContext.Current.CancellationToken);
            return [.. diagnostics];
        }
    }
}
