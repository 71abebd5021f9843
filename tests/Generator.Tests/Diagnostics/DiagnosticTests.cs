using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Diagnostics;

/// <summary>Every diagnostic, from an input that a user can have: its id, its place and its whole message.</summary>
public sealed class DiagnosticTests
{
    private const string Attribute = "GgufModel(\"tiny.gguf\")";

    [Fact]
    public void NoSuchModel() => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Model", "storys.gguf")], MemoryText.Of(new TestModel())),
        "MGEN001",
        "GgufModel(\"storys.gguf\")",
        "no GgufModel item is called 'storys.gguf'; add <GgufModel Include=\"path/storys.gguf\" /> to the project");

    [Theory]
    [InlineData("gguf-header ", "'gguf-header '")]
    [InlineData("gguf-header 2\nfile \"tiny.gguf\"\n", "'gguf-header 2'")]
    public void NotAHeader(string text, string found) => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf")], new MemoryText("tiny.gguf.header", text)),
        "MGEN002",
        Attribute,
        $"the header of 'tiny.gguf' cannot be read: GGUF header snapshot, line 1: 'gguf-header 1' was expected, and not {found}. "
            + "Delete the snapshot and build again: it is written from the GGUF file.");

    [Fact]
    public void TruncatedHeader()
    {
        string text = new TestModel().Snapshot;
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf")], new MemoryText("tiny.gguf.header", text[..^40]));
        ShouldPointAt(run, run.Diagnostics.ShouldHaveSingleItem(), "MGEN002", Attribute);
    }

    [Fact]
    public void UnsupportedArchitecture() => ShouldReport(
        new TestModel().With("general.architecture", TestModel.Text("wavtokenizer-dec")),
        "MGEN003",
        "'tiny.gguf': architecture 'wavtokenizer-dec' is not supported; supported are: " + string.Join(", ", Architecture.Names));

    [Fact]
    public void MissingTensor() => ShouldReport(
        new TestModel().WithoutTensor("blk.1.ffn_up.weight"),
        "MGEN004",
        "'tiny.gguf': tensor 'blk.1.ffn_up.weight' [64, 96] is missing; convert the model again with a current converter");

    [Fact]
    public void WrongShape() => ShouldReport(
        new TestModel().With(TestModel.Tensor("blk.0.attn_q.weight", TestModel.F32, 64, 48)),
        "MGEN005",
        "'tiny.gguf': tensor 'blk.0.attn_q.weight' has shape [64, 48] where the metadata ask for [64, 64]");

    [Fact]
    public void UnsupportedFormat() => ShouldReport(
        new TestModel().With(TestModel.Tensor("blk.0.attn_q.weight", 9, 64, 64)),
        "MGEN006",
        "'tiny.gguf': tensor 'blk.0.attn_q.weight' has format Q8_1, which is not supported; quantise the model to one of "
            + string.Join(", ", TensorFormat.All.Select(format => format.Name)));

    [Fact]
    public void PartOfASplitModel() => ShouldReport(
        new TestModel().With("split.no", TestModel.Integer(1)).With("split.count", TestModel.Integer(3)),
        "MGEN028",
        "'tiny.gguf': the header is of part 2 of 3 of a split model alone; name the first part, whose name ends with '-00001-of-00003.gguf', "
            + "and have all parts in its folder");

    [Fact]
    public void UnsupportedChatTemplate()
    {
        GeneratorRun run = GeneratorRun.OfModels(new TestModel()
            .With("tokenizer.chat_template", TestModel.Text("{{ messages }}"))
            .With("tokenizer.chat_template.tool_use", TestModel.Text("a\n{% include 'x' %}")));
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.DefaultSeverity.ShouldBe(DiagnosticSeverity.Warning);
        diagnostic.Id.ShouldBe("MGEN017");
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(
            "'tiny.gguf': tokenizer.chat_template.tool_use, line 2, column 4: the tag 'include' is not supported; the model is compiled without this template");

        // The other template is there.
        run.Files["Compiled.Model0.Blueprint.g.cs"].ShouldContain("ChatTemplates = new CompiledTemplate[] { new DefaultChatTemplate() },");
    }

    [Fact]
    public void NotPartial() => ShouldReport(
        GeneratorRun.Start(["[ModelGen.GgufModel(\"tiny.gguf\")] public sealed class Story { }"], MemoryText.Of(new TestModel())),
        "MGEN007",
        "Story",
        "type 'Story' must be declared partial: it carries [GgufModel] or stands around a class that does");

    [Fact]
    public void ATypeAroundItIsNotPartial() => ShouldReport(
        GeneratorRun.Start(
            ["partial class Outer { struct Middle { [ModelGen.GgufModel(\"tiny.gguf\")] sealed partial class Story { } } }"], MemoryText.Of(new TestModel())),
        "MGEN007",
        "Middle",
        "type 'Middle' must be declared partial: it carries [GgufModel] or stands around a class that does");

    [Theory]
    [InlineData("-1")]
    [InlineData("49")]
    [InlineData("2147483647")]
    public void ContextLengthOutOfRange(string length) => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", ", ContextLength = " + length)], MemoryText.Of(new TestModel())),
        "MGEN008",
        $"GgufModel(\"tiny.gguf\", ContextLength = {length})",
        $"ContextLength is {length}, but 'tiny.gguf' takes from 1 to 48 tokens");

    [Fact]
    public void MemoryBudgetExceeded()
    {
        ModelPlan plan = new TestModel().Plan;
        string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
        string budget = (plan.MemoryBytes - 1).ToString(CultureInfo.InvariantCulture);
        ShouldReport(
            GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", ", MemoryBudgetBytes = " + budget)], MemoryText.Of(new TestModel())),
            "MGEN031",
            $"GgufModel(\"tiny.gguf\", MemoryBudgetBytes = {budget})",
            $"'tiny.gguf' takes {Text(plan.MemoryBytes)} bytes with one session, and MemoryBudgetBytes is {Text(plan.MemoryBytes - 1)}: {Text(plan.WeightBytes)} of weights, "
            + $"{Text(plan.StateBytes)} that a session of {Text(plan.ContextLength)} tokens remembers, {Text(plan.LogitBytes)} of logits, {Text(plan.ScratchBytes)} of scratch; "
            + "lower ContextLength, take KeyValueFormat.Int8 or a denser format of weights, or raise the budget");
        GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", ", MemoryBudgetBytes = " + Text(plan.MemoryBytes).Replace(",", "_", StringComparison.Ordinal))], MemoryText.Of(new TestModel()))
            .Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void UnknownKeyValueFormat() => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", ", KeyValueFormat = (ModelGen.KeyValueFormat)99")], MemoryText.Of(new TestModel())),
        "MGEN015",
        "GgufModel(\"tiny.gguf\", KeyValueFormat = (ModelGen.KeyValueFormat)99)",
        "'tiny.gguf': there is no KeyValueFormat 99; there are: " + string.Join(", ", System.Enum.GetNames<KeyValueFormat>()));

    [Fact]
    public void UnknownWordPieceRules() => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", ", WordPieceRules = (ModelGen.WordPieceRules)(-1)")], MemoryText.Of(new TestModel())),
        "MGEN015",
        "GgufModel(\"tiny.gguf\", WordPieceRules = (ModelGen.WordPieceRules)(-1))",
        "'tiny.gguf': there is no WordPieceRules -1; there are: Bert, LlamaCpp");

    [Fact]
    public void BadMetadata() => ShouldReport(
        new TestModel().With("llama.attention.layer_norm_rms_epsilon", null),
        "MGEN009",
        "'tiny.gguf': metadata key 'llama.attention.layer_norm_rms_epsilon' is missing");

    [Fact]
    public void UnsupportedSetting() => ShouldReport(
        new TestModel().With("llama.rope.scaling.type", TestModel.Text("su")),
        "MGEN010",
        "'tiny.gguf': the model asks for llama.rope.scaling.type = su, which is not supported");

    [Fact]
    public void UnknownTensor() => ShouldReport(
        new TestModel().With(TestModel.Tensor("rope_factors_short.weight", TestModel.F32, 8)),
        "MGEN011",
        "'tiny.gguf': tensor 'rope_factors_short.weight' is not part of architecture 'llama' as it is supported; leaving it out would change the model's answers");

    [Theory]
    [InlineData("public sealed partial class Story<T> { }", "be generic")]
    [InlineData("public static partial class Story { }", "be static")]
    [InlineData("public abstract partial class Story { }", "be abstract")]
    [InlineData("public sealed partial class Story : System.Exception { }", "have a base class: the generator derives it from CompiledDecoder or CompiledEncoder")]
    [InlineData("public sealed partial record Story;", "be a record")]
    [InlineData("file sealed partial class Story { }", "be local to its file")]
    [InlineData("public sealed partial class Story(int seed) { public int Seed => seed; }", "have constructor parameters")]
    public void NotAPlainClass(string declaration, string obstacle) => ShouldReport(
        GeneratorRun.Start(
            new ProjectOptions { Language = LanguageVersion.Latest }, ["[ModelGen.GgufModel(\"tiny.gguf\")] " + declaration], MemoryText.Of(new TestModel())),
        "MGEN012",
        "Story",
        $"class 'Story' carries [GgufModel] and must not {obstacle}");

    [Fact]
    public void InATypeThatIsLocalToItsFile() => ShouldReport(
        GeneratorRun.Start(["file partial class Outer { [ModelGen.GgufModel(\"tiny.gguf\")] sealed partial class Story { } }"], MemoryText.Of(new TestModel())),
        "MGEN012",
        "Story",
        "class 'Story' carries [GgufModel] and must not stand in 'Outer', which is local to its file");

    [Fact]
    public void CalledAsTheMethodThatLoadsIt() => ShouldReport(
        GeneratorRun.Start([GeneratorRun.Class("Load", "tiny.gguf")], MemoryText.Of(new TestModel())),
        "MGEN012",
        "Load",
        "class 'Load' carries [GgufModel] and must not be called Load, as the method that loads it is");

    [Theory]
    [InlineData(LanguageVersion.CSharp9, "9.0")]
    [InlineData(LanguageVersion.CSharp10, "10.0")]
    public void LanguageVersionTooOld(LanguageVersion language, string shown) => ShouldReport(
        GeneratorRun.Start(
            new ProjectOptions { Language = language },
            ["using ModelGen; [GgufModel(\"tiny.gguf\")] public sealed partial class Story { }"],
            MemoryText.Of(new TestModel())),
        "MGEN018",
        Attribute,
        $"'tiny.gguf': the project's LangVersion is {shown}, and generated code needs C# 11.0 or later; remove LangVersion from the project, or raise it");

    [Theory]
    [InlineData("MGEN001", "storys.gguf")]
    [InlineData("MGEN014", "tiny.gguf")]
    public void PragmasAndEditorConfigHaveTheirSay(string id, string fileName)
    {
        MemoryText file = MemoryText.Of(new TestModel().With("tokenizer.ggml.model", null));
        string source = $"[ModelGen.GgufModel(\"{fileName}\")] public sealed partial class Story {{ }}\n";
        Reported(new ProjectOptions(), source).ShouldBe([id]);
        Reported(new ProjectOptions(), $"#pragma warning disable {id}\n{source}#pragma warning restore {id}\n")
            .ShouldBeEmpty();
        Reported(new ProjectOptions { Configured = (id, ReportDiagnostic.Suppress) }, source).ShouldBeEmpty();

        string[] Reported(ProjectOptions options, string text) =>
            [.. GeneratorRun.Start(options, [text], file).Diagnostics.Where(diagnostic => !diagnostic.IsSuppressed).Select(diagnostic => diagnostic.Id)];
    }

    [Theory]
    [InlineData("plamo2", true, "tokenizer 'plamo2' is not supported")]
    [InlineData("none", true, "tokenizer 'none' is not supported")]
    [InlineData(null, true, "the file names no tokenizer (tokenizer.ggml.model)")]
    [InlineData("none", false, "the file has no vocabulary (tokenizer.ggml.tokens)")]
    [InlineData("gpt2", false, "the file has no vocabulary (tokenizer.ggml.tokens)")]
    [InlineData(null, false, "the file has no vocabulary (tokenizer.ggml.tokens)")]
    public void UnsupportedTokenizerIsAWarningAndTheModelCompiles(string? tokenizer, bool hasTokens, string reason)
    {
        TestModel model = new TestModel().With("tokenizer.ggml.model", tokenizer is null ? null : TestModel.Text(tokenizer));
        model = hasTokens ? model : model.With("tokenizer.ggml.tokens", null);
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf")], MemoryText.Of(model));
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        ShouldPointAt(run, diagnostic, "MGEN014", Attribute, DiagnosticSeverity.Warning);
        diagnostic.GetMessage().ShouldBe(
            $"'tiny.gguf': {reason}, so the model takes and gives ids, not text; supported tokenizers are: llama, gpt2, gemma4, bert, t5, rwkv");
        run.Files.ShouldContain(file => file.Value.Contains("PreTokenizer = null,"));
    }

    [Fact]
    public void UnsupportedPreTokenizerIsAWarningAndTheModelCompiles()
    {
        TestModel model = new TestModel()
            .With("tokenizer.ggml.model", TestModel.Text("gpt2"))
            .With("tokenizer.ggml.pre", TestModel.Text("kimi-k2"));
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf")], MemoryText.Of(model));
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        ShouldPointAt(run, diagnostic, "MGEN016", Attribute, DiagnosticSeverity.Warning);
        diagnostic.GetMessage().ShouldStartWith(
            "'tiny.gguf': pre-tokenizer 'kimi-k2' is not supported, so the model takes and gives ids, not text; supported are: default, llama3, ");
        run.Files.ShouldContain(file => file.Value.Contains("PreTokenizer = null,"));
    }

    [Theory]
    [InlineData("", "Bert")]
    [InlineData(", WordPieceRules = ModelGen.WordPieceRules.LlamaCpp", "LlamaCppBert")]
    public void TheEmittedModelNamesItsWordPieceRules(string argument, string property)
    {
        TestModel model = new TestModel().With("tokenizer.ggml.model", TestModel.Text("bert"));
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf", argument)], MemoryText.Of(model));
        run.Diagnostics.ShouldBeEmpty();
        run.Files.ShouldContain(file => file.Value.Contains($"PreTokenizer = PreTokenizer.{property},"));
    }

    [Theory]
    [InlineData("qwen2", "Qwen2")]
    [InlineData("llama-bpe", "Llama3")]
    [InlineData(null, "Default")]
    public void TheEmittedModelNamesItsPreTokenizer(string? pre, string property)
    {
        TestModel model = new TestModel()
            .With("tokenizer.ggml.model", TestModel.Text("gpt2"))
            .With("tokenizer.ggml.pre", pre is null ? null : TestModel.Text(pre));
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", "tiny.gguf")], MemoryText.Of(model));
        run.Diagnostics.ShouldBeEmpty();
        run.Files.ShouldContain(file => file.Value.Contains($"PreTokenizer = PreTokenizer.{property},"));
    }

    [Fact]
    public void EveryProblemOfAModelIsReported()
    {
        GeneratorRun run = GeneratorRun.OfModels(new TestModel { Layers = 1 }
            .WithoutTensor("blk.0.ffn_up.weight")
            .WithoutTensor("output_norm.weight")
            .With("llama.expert_count", TestModel.Integer(8)));
        run.Diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["MGEN010", "MGEN004", "MGEN004"]);
        run.Files.ShouldBeEmpty();
    }

    [Fact]
    public void ABadModelDoesNotStandInTheWayOfAnother()
    {
        GeneratorRun run = GeneratorRun.OfModels(new TestModel { Layers = 1 }, new TestModel { FileName = "bad.gguf", Layers = 1 }.WithoutTensor("output_norm.weight"));
        run.Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldStartWith("'bad.gguf': ");
        run.Files.Keys.ShouldAllBe(name => name.StartsWith("Compiled.Model0.", StringComparison.Ordinal));
        run.Files.ShouldNotBeEmpty();
    }

    [Fact]
    public void OneProblemIsReportedAtEachOfItsClasses()
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("A", "tiny.gguf"), GeneratorRun.Class("B", "tiny.gguf")]);
        run.Diagnostics.Select(diagnostic => diagnostic.Location.GetLineSpan().Path).ShouldBe(["/project/File0.cs", "/project/File1.cs"], ignoreOrder: true);
    }

    [Fact]
    public void WhatAFileSaysStaysOnOneLineOfTheMessage()
    {
        string hostile = "x\nerror CS0000: forged\u2028" + new string('y', 10_000);
        GeneratorRun run = GeneratorRun.OfModels(new TestModel().With("general.architecture", TestModel.Text(hostile)));
        string message = run.Diagnostics.ShouldHaveSingleItem().GetMessage();
        message.ShouldStartWith("'tiny.gguf': architecture 'x\\nerror CS0000: forged\\u2028yyy");

        // Some 400 characters of it, beside the names of all architectures.
        message.Length.ShouldBeLessThan(600 + string.Join(", ", Architecture.Names).Length);
    }

    [Fact]
    public void AGoodModelReportsNothing() => GeneratorRun.OfModels(new TestModel()).Diagnostics.ShouldBeEmpty();

    private static void ShouldReport(TestModel model, string id, string message)
    {
        string[] sources = [GeneratorRun.Class("Model", "tiny.gguf")];
        ShouldReport(GeneratorRun.Start(sources, MemoryText.Of(model)), id, Attribute, message);
    }

    private static void ShouldReport(GeneratorRun run, string id, string place, string message)
    {
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        ShouldPointAt(run, diagnostic, id, place);
        diagnostic.GetMessage().ShouldBe(message);
        run.Files.ShouldBeEmpty();
    }

    private static void ShouldPointAt(
        GeneratorRun run, Diagnostic diagnostic, string id, string place, DiagnosticSeverity severity = DiagnosticSeverity.Error)
    {
        diagnostic.Id.ShouldBe(id);
        diagnostic.DefaultSeverity.ShouldBe(severity);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/project/File0.cs");
        diagnostic.Descriptor.HelpLinkUri.ShouldBe("docs/diagnostics.md#" + id.ToLowerInvariant());
        run.TextAt(diagnostic.Location).ShouldBe(place);
    }
}
