using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Output;

/// <summary>The JSON Schema that stands in a type for prompts.</summary>
public sealed class OutputSchemaTests
{
    [Fact]
    public void SchemaOfTheSample() => ShouldBe(
        SchemaOf(OutputSample.Source),
        """
        {"type":"object","description":"A dish to cook.","properties":{
          "Title":{"type":"string","description":"What it is called."},
          "Minutes":{"type":"integer","description":"How long it takes.","minimum":1,"maximum":600},
          "Level":{"description":"As Level says. How hard it is. Easy: Anybody can.","enum":["Easy","Hard"]},
          "Steps":{"type":"array","description":"What to do.","items":{
            "type":"object","description":"A step.","properties":{
              "Text":{"type":"string","description":"What to do.","minLength":1,"maxLength":200},
              "Duration":{"anyOf":[{"type":"string","pattern":"^-?([0-9]+\\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?$"},{"type":"null"}]}},
            "required":["Text","Duration"],"additionalProperties":false},"minItems":1,"maxItems":20},
          "Servings":{"type":"integer","description":"For how many."},
          "Source":{"description":"Where it comes from.","anyOf":[{"anyOf":[
            {"type":"object","description":"A book.","properties":{"$type":{"const":"book"},"Title":{"type":"string"},"Page":{"anyOf":[{"type":"integer"},{"type":"null"}]}},
              "required":["$type","Title","Page"],"additionalProperties":false},
            {"type":"object","properties":{"$type":{"const":"person"},"Name":{"type":"string"}},"required":["$type","Name"],"additionalProperties":false}]},
            {"type":"null"}]},
          "Drinks":{"description":"What goes with it, by name.","anyOf":[{"type":"object","additionalProperties":{"type":"number"}},{"type":"null"}]}},
        "required":["Title","Minutes","Level","Steps","Source"],"additionalProperties":false}
        """);

    [Fact]
    public void WhatIsUsedTwiceOrContainsItselfIsReferredTo() => ShouldBe(
        SchemaOf("""
            [ModelGen.GeneratedOutput] public sealed partial record A(B First, B[] Others, A? Next);
            public sealed record B(int X, B? Inner);
            """),
        """
        {"type":"object","properties":{
          "First":{"$ref":"#/$defs/B"},"Others":{"type":"array","items":{"$ref":"#/$defs/B"}},"Next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},
        "required":["First","Others","Next"],"additionalProperties":false,
        "$defs":{"B":{"type":"object","properties":{"X":{"type":"integer"},"Inner":{"anyOf":[{"$ref":"#/$defs/B"},{"type":"null"}]}},
          "required":["X","Inner"],"additionalProperties":false}}}
        """);

    /// <summary>Projects that write no documentation have comments that the compiler does not read.</summary>
    [Fact]
    public void CommentsAreReadWhereTheCompilerDoesNotReadThem()
    {
        CSharpParseOptions options = new(LanguageVersion.CSharp11, DocumentationMode.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Compiled",
            [CSharpSyntaxTree.ParseText(OutputSample.Source, options, cancellationToken: TestContext.Current.CancellationToken)],
            [.. ((string)System.AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGenerators(compilation, TestContext.Current.CancellationToken);
        string files = string.Concat(driver.GetRunResult().GeneratedTrees.Select(tree => tree.ToString()));
        files.ShouldContain("A dish to cook.");
        files.ShouldContain("How long it takes.");
    }

    /// <summary>The schema as the compiler sees it: the value of the constant.</summary>
    private static string SchemaOf(string source)
    {
        GeneratorRun run = GeneratorRun.Start([source]);
        run.Diagnostics.ShouldBeEmpty();
        ExpressionSyntax value = run.Trees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>())
            .Single(variable => variable.Identifier.ValueText == "Schema").Initializer!.Value;
        return string.Concat(value.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.ValueText));
    }

    private static void ShouldBe(string actual, string expected)
    {
        // The order of properties counts for a reader, so texts are compared.
        JsonSerializerOptions options = new() { WriteIndented = true };
        JsonNode.Parse(actual)!.ToJsonString(options).ShouldBe(JsonNode.Parse(expected)!.ToJsonString(options));
        actual.ShouldNotContain("\n");
    }
}
