using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Output;

/// <summary>What is said about types with [GeneratedOutput] that no output can be of: its id, its place and its whole message.</summary>
public sealed class OutputDiagnosticTests
{
    private const string NoType = "which JSON output cannot have; use another type, or put [JsonIgnore] on the property";

    [Theory]
    [InlineData("public sealed record Answer(int X);", "Answer")]
    [InlineData("public static class Outer { [GeneratedOutput] public sealed partial record Answer(int X); }", "Outer")]
    public void NotPartial(string declaration, string place) => ShouldReport(
        declaration, "MGEN034", place, $"type '{place}' must be declared partial: it carries [GeneratedOutput] or stands around a type that does");

    [Theory]
    [InlineData("public sealed partial record Answer<T>(T X);", "be generic: JSON is of one type")]
    [InlineData("public static partial class Answer { }", "be static")]
    [InlineData("public ref partial struct Answer { }", "be a ref struct")]
    [InlineData("file sealed partial record Answer(int X);", "be local to its file")]
    [InlineData("public partial class Outer<T> { [GeneratedOutput] public sealed partial record Answer(int X); }", "stand in 'Outer', which is generic")]
    [InlineData(
        "public partial class Outer { [GeneratedOutput] private sealed partial record Answer(int X); }",
        "be private or protected: the generated reader stands beside it")]
    [InlineData(
        "public partial class Outer { private partial class Middle { [GeneratedOutput] public sealed partial record Answer(int X); } }",
        "stand in 'Middle', which is private or protected: the generated reader stands beside it")]
    [InlineData("[GgufModel(\"none.gguf\")] public partial class Answer { public int X { get; set; } }", "carry [GgufModel] too")]
    public void NotAPlainType(string declaration, string must) =>
        ShouldReport(declaration, "MGEN035", "Answer", $"type 'Answer' carries [GeneratedOutput] and must not {must}");

    [Theory]
    [InlineData("System.Action", "Action", NoType)]
    [InlineData("System.IntPtr", "nint", NoType)]
    [InlineData("System.IO.Stream", "Stream", NoType)]
    [InlineData("System.Collections.Generic.List<System.Type>", "Type", NoType)]
    [InlineData("byte[]", "byte[]", "which JSON writes in base64, and no model can; use int[]")]
    [InlineData("int[,]", "int[,]", "an array of several dimensions; use an array of arrays")]
    [InlineData("(int A, int B)", "(int A, int B)", "whose names JSON does not have; declare a record")]
    [InlineData("System.Collections.Generic.Dictionary<int, string>", "Dictionary<int, string>", "whose keys are not texts; use Dictionary<string, …>, or a list of a type with key and value")]
    [InlineData("System.IDisposable", "IDisposable", "an interface; use a type that can be created, or name such types with [JsonDerivedType]")]
    [InlineData("Kind", "Kind", "which is abstract; name the types that can be created with [JsonDerivedType]")]
    [InlineData("Empty", "Empty", "without a property that output could fill; give it a constructor's parameter or a setter")]
    [InlineData("Converted", "Converted", "whose [JsonConverter] decides what its JSON is, and the generator cannot tell what; use a type without one")]
    [InlineData("Grows<int>", "Grows<List<", "with which more than 512 types are in it; make it smaller")]
    public void UnsupportedTypes(string type, string shown, string why)
    {
        GeneratorRun run = GeneratorRun.Start([$$"""
            using ModelGen;
            using System.Text.Json;
            using System.Text.Json.Serialization;
            namespace App;
            public abstract class Kind { public int X { get; set; } }
            public sealed class Empty { public int Computed => 1; }
            [JsonConverter(typeof(JsonStringEnumConverter))] public sealed class Converted { public int X { get; set; } }
            public sealed class Grows<T> { public Grows<System.Collections.Generic.List<T>[]>? X { get; set; } }
            [GeneratedOutput] public sealed partial class Answer { public {{type}} Some { get; set; } }
            """]);
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("MGEN036");
        diagnostic.GetMessage().ShouldContain($"' has the type '{shown}");
        diagnostic.GetMessage().ShouldEndWith(", " + why);
        run.TextAt(diagnostic.Location).ShouldBe(shown.StartsWith("Grows", StringComparison.Ordinal) ? "X" : "Some");
    }

    [Fact]
    public void UnknownTypes() => GeneratorRun.Start(["[ModelGen.GeneratedOutput] public sealed partial record Answer(Missing X);"]).Diagnostics
        .ShouldHaveSingleItem().GetMessage().ShouldStartWith("'Answer.X' has the type 'Missing', which there is none of");

    [Fact]
    public void TypesWithoutAnEnd() => ShouldReport(
        "public sealed partial record Answer(Part Part); public sealed record Part(Answer Whole, int? X);",
        "MGEN036",
        "Answer",
        "'Answer' has the type 'Answer', which contains itself without an end; make a property of it nullable, or a list");

    [Fact]
    public void DerivedTypesWithoutADiscriminator() => ShouldReport(
        "[JsonDerivedType(typeof(B))] public abstract partial record Answer; public sealed record B(int X) : Answer;",
        "MGEN036",
        "Answer",
        "'Answer' has the type 'B', among its derived types without a discriminator, so that nothing tells it from the others; give [JsonDerivedType] one");

    [Fact]
    public void DerivedTypesWithOneDiscriminator() => ShouldReport(
        "[JsonDerivedType(typeof(B), 1), JsonDerivedType(typeof(C), 1)] public abstract partial record Answer; public sealed record B(int X) : Answer; public sealed record C(int X) : Answer;",
        "MGEN036",
        "Answer",
        "'Answer' has the type 'Answer', of which two derived types have the discriminator '1'; give each its own");

    [Fact]
    public void HiddenTypes() => ShouldReport(
        "[JsonDerivedType(typeof(B), 1)] public abstract partial record Answer { private sealed record B(int X) : Answer; }",
        "MGEN036",
        "Answer",
        "'Answer' has the type 'B', which the generated reader cannot see; make it internal or public");

    [Theory]
    [InlineData("public int X { get; }", "cannot be set: give it a setter or an init accessor that the generated reader can see, a parameter of the constructor, or [JsonIgnore]")]
    [InlineData("public int X { get; private set; }", "cannot be set: give it a setter or an init accessor that the generated reader can see, a parameter of the constructor, or [JsonIgnore]")]
    [InlineData("[JsonIgnore] public required int X { get; set; }", "is required, and ignored in JSON: remove required or [JsonIgnore]")]
    [InlineData("[JsonPropertyName(\"Y\")] public int X { get; set; }", "is called \"Y\" in JSON, as 'Y' is; give one of them another name with [JsonPropertyName]")]
    [InlineData("[JsonPropertyName(\"\\ud800\")] public int X { get; set; }", "has half of a surrogate pair in its JSON name; give it another one with [JsonPropertyName]")]
    [InlineData(
        "[JsonConverter(typeof(JsonConverter))] public int X { get; set; }",
        "has a [JsonConverter], which decides what its JSON is, and the generator cannot tell what; remove it, or put [JsonIgnore] on the property")]
    public void UnsupportedProperties(string property, string why) =>
        ShouldReport($"public sealed partial class Answer {{ public int Y {{ get; set; }} {property} }}", "MGEN037", "X", $"'Answer.X' {why}");

    [Theory]
    [InlineData("private Answer() { }", "has no public constructor without parameters and no other public one alone; put [JsonConstructor] on the one to take")]
    [InlineData("public Answer(int x) { } public Answer(long x) { }", "has no public constructor without parameters and no other public one alone; put [JsonConstructor] on the one to take")]
    [InlineData("[JsonConstructor] private Answer() { }", "has a [JsonConstructor] that the generated reader cannot see; make it internal or public")]
    [InlineData("public Answer(int y) { }", "has a constructor whose parameter 'y' is no property's name and type; give it a property or a default")]
    [InlineData("public Answer(long x) { }", "has a constructor whose parameter 'x' is no property's name and type; give it a property or a default")]
    public void NoConstructor(string constructors, string why) =>
        ShouldReport($"public sealed partial class Answer {{ {constructors} public int X {{ get; set; }} }}", "MGEN038", "Answer", $"'Answer' {why}");

    [Theory]
    [InlineData("[Range(5, 1)] int X", "Range", "leaves no number; its minimum is above its maximum")]
    [InlineData("[Range(300, 400)] byte X", "Range", "leaves no number of 'byte'; make it wider")]
    [InlineData("[Range(1, 2)] string X", "Range", "says nothing of its type 'string'; remove the attribute")]
    [InlineData("[RegularExpression(\"a\")] int X", "RegularExpression", "says nothing of its type 'int'; remove the attribute")]
    [InlineData("[MaxLength(3)] int? X", "MaxLength", "says nothing of its type 'int?'; remove the attribute")]
    [InlineData("[Range(1, 2)] int[] X", "Range", "says nothing of its type 'int[]'; remove the attribute")]
    [InlineData("[Length(5, 3)] string X", "Length", "leaves no length; lengths go from 0 up, and the shortest is not above the longest")]
    [InlineData("[ItemCount(5, 3)] int[] X", "ItemCount", "leaves no length; lengths go from 0 up, and the shortest is not above the longest")]
    [InlineData("[MinLength(5), MaxLength(4)] string X", "MinLength", "leaves no length; lengths go from 0 up, and the shortest is not above the longest")]
    [InlineData("[AllowedValues(1, 2)] int X", "AllowedValues", "names something else than texts; use an enumeration, or texts alone")]
    [InlineData("[RegularExpression(\"[a-z]{3}\"), MinLength(4)] string X", "RegularExpression", "leaves no text together with the other limits; make one of them wider")]
    [InlineData("[AllowedValues(\"abc\"), MinLength(4)] string X", "AllowedValues", "leaves no text together with the other limits; make one of them wider")]
    public void LimitsThatDoNotFit(string property, string attribute, string why)
    {
        GeneratorRun run = Start($"public sealed partial record Answer({property});");
        Diagnostic diagnostic = run.Diagnostics[0];
        diagnostic.Id.ShouldBe("MGEN039");
        diagnostic.GetMessage().ShouldBe($"[{attribute}] on 'Answer.X' {why}");
        run.TextAt(diagnostic.Location).ShouldBe("X");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\\\1")]
    [InlineData("(?<!a)b")]
    public void RegularExpressionsThatNoGrammarHas(string pattern)
    {
        GeneratorRun run = Start($"public sealed partial record Answer([RegularExpression(\"{pattern}\")] string X);");
        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("MGEN039");
        diagnostic.GetMessage().ShouldStartWith("[RegularExpression] on 'Answer.X' cannot be a part of a grammar: ");
        run.TextAt(diagnostic.Location).ShouldBe("X");
        run.Files.ShouldBeEmpty();
    }

    [Fact]
    public void OldLanguage()
    {
        GeneratorRun run = GeneratorRun.Start(
            new ProjectOptions { Language = LanguageVersion.CSharp10 }, ["[ModelGen.GeneratedOutput] public sealed partial record Answer(int X);"]);
        run.Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldBe(
            "'Answer': the project's LangVersion is 10.0, and generated code needs C# 11.0 or later; remove LangVersion from the project, or raise it");
        run.Files.ShouldBeEmpty();
    }

    [Fact]
    public void SeveralProblemsAreReportedAtOnceAndEachOnce() => Start(
        "public sealed partial record Answer(System.Action X, Part First, Part Second); public sealed record Part(System.Action Y);").Diagnostics
        .Select(diagnostic => diagnostic.GetMessage().Split(' ')[0]).ShouldBe(["'Answer.X'", "'Part.Y'"]);

    private static GeneratorRun Start(string declaration) => GeneratorRun.Start([$$"""
        using ModelGen;
        using System.ComponentModel.DataAnnotations;
        using System.Text.Json.Serialization;
        {{(declaration.Contains("[GeneratedOutput]", StringComparison.Ordinal) ? "" : "[GeneratedOutput] ")}}{{declaration}}
        """]);

    private static void ShouldReport(string declaration, string id, string place, string message)
    {
        GeneratorRun run = Start(declaration);
        Diagnostic diagnostic = run.Diagnostics.Where(one => one.Id != "MGEN001").ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe(id);
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Error);
        diagnostic.GetMessage().ShouldBe(message);
        run.TextAt(diagnostic.Location).ShouldBe(place);
        run.Files.ShouldBeEmpty();
    }
}
