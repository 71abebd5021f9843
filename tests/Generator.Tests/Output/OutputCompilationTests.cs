using System;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Output;

/// <summary>Types that carry [GeneratedOutput], of all kinds and in all places: what is emitted for them compiles without a warning.</summary>
public sealed class OutputCompilationTests
{
    [Theory]
    [InlineData("public sealed partial record Answer(int X);")]
    [InlineData("public partial record class Answer(int X, string? Y = null);")]
    [InlineData("public readonly partial record struct Answer(int X);")]
    [InlineData("public partial record struct Answer(int X);")]
    [InlineData("public partial struct Answer { public int X { get; set; } }")]
    [InlineData("public readonly partial struct Answer { public int X { get; init; } }")]
    [InlineData("public partial class Answer { public int X { get; set; } }")]
    [InlineData("internal sealed partial class Answer { public required int X { get; init; } }")]
    [InlineData("internal sealed partial class @record { public int @class { get; set; } public int @int { get; set; } }")]
    [InlineData("public sealed partial record Antwort(int Größe, string 名);")]
    [InlineData("public sealed partial record Answer(int X) { public static string JsonSchema => \"mine\"; }")]
    [InlineData("public partial record Answer(int reader, int isPartial, int result, int value, int hasReader, int HasX, int X);")]
    [InlineData("public sealed partial record Answer(Answer? Next, System.Collections.Generic.List<Answer[]>? Others);")]
    [InlineData("public sealed partial record Answer(Level Level); public enum Level : ulong { Low, @default, High = ulong.MaxValue }")]
    [InlineData("public sealed partial record Answer(Outer<int>.Inner Inner); public static class Outer<T> { public sealed record Inner(T Value); }")]
    public void TypesOfManyKinds(string declaration) => Compile($"namespace App; [ModelGen.GeneratedOutput] {declaration}");

    [Theory]
    [InlineData("partial class Outer")]
    [InlineData("static partial class Outer")]
    [InlineData("partial struct Outer")]
    [InlineData("partial record struct @record")]
    [InlineData("partial interface Outer")]
    public void NestedTypes(string container) =>
        Compile($$"""namespace App.@namespace { internal {{container}} { [ModelGen.GeneratedOutput] internal sealed partial record Answer(int X); } }""");

    [Fact]
    public void InNoNamespace() => Compile("[ModelGen.GeneratedOutput] internal sealed partial record Answer(int X, Part Part); internal sealed record Part(int Y);");

    [Fact]
    public void DerivedTypesThatCarryTheAttributeToo() => Compile("""
        using ModelGen;
        using System.Text.Json.Serialization;
        [GeneratedOutput, JsonDerivedType(typeof(B), "b")] internal abstract partial record A(int X);
        [GeneratedOutput] internal sealed partial record B(int X, int Y) : A(X);
        """);

    [Fact]
    public void ObliviousSources() => Compile("""
        #nullable disable
        using System.Collections.Generic;
        namespace App;
        [ModelGen.GeneratedOutput]
        public sealed partial record Answer(string X, List<string> Y, int? Z, Part Part, Dictionary<string, List<Part>> Map);
        public sealed class Part { public string Text { get; set; } public IList<Part> Parts { get; init; } }
        """);

    [Fact]
    public void NamesThatDifferInCaseOnly()
    {
        GeneratorRun run = Compile("""
            namespace App;
            [ModelGen.GeneratedOutput] public sealed partial record Answer(int X);
            [ModelGen.GeneratedOutput] public sealed partial record ANSWER(int X, int x);
            """);
        run.Files.Keys.ShouldBe(
            ["App.Answer.Output.g.cs", "App.Answer.OutputReader.g.cs", "App.ANSWER(2).Output.g.cs", "App.ANSWER(2).OutputReader.g.cs"], ignoreOrder: true);
    }

    [Fact]
    public void HostileTextsBreakNoLiteral() => Compile(""""
        using System.ComponentModel;
        using System.ComponentModel.DataAnnotations;
        using System.Text.Json.Serialization;
        namespace App;
        [ModelGen.GeneratedOutput, Description("\" \\ \n \u2028 */ {0} \ud83d\ude00")]
        public sealed partial record Answer(
            [property: JsonPropertyName("\"\\\n{}\u0000\u2028 \ud83d\ude00")] int X,
            [AllowedValues("\"", "\\", "\u0001\ud83d\ude00")] string Y,
            [RegularExpression("[\"\\\\\n]+")] string Z,
            string Default = "\"\n\\ {",
            char Letter = '\'',
            float Single = float.NaN,
            double Double = -1.5e300,
            decimal Decimal = -7.9m,
            ulong Long = ulong.MaxValue,
            E? Name = E.A);
        public enum E : sbyte { [JsonStringEnumMemberName("a \"b\"")] A = -3 }
        """");

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void UnderAnyOptions(bool isChecked, bool isNullable)
    {
        string source = isNullable ? OutputSample.Source : OutputSample.Source.Replace("Source? ", "Source ", StringComparison.Ordinal).Replace(">? ", "> ", StringComparison.Ordinal);
        foreach (LanguageVersion language in (LanguageVersion[])[LanguageVersion.CSharp11, LanguageVersion.Latest])
        {
            ProjectOptions options = new() { IsChecked = isChecked, IsNullable = isNullable, Language = language };
            GeneratorRun.Start(options, [source]).Compile().ShouldNotBeEmpty();
        }
    }

    /// <summary>An editor compiles the program without the tables and the reader.</summary>
    [Fact]
    public void AnEditorNeedsNoReader()
    {
        GeneratorRun run = GeneratorRun.Start(new ProjectOptions { IsDesignTime = true }, [OutputSample.Source]);
        run.Files.Keys.ShouldBe(["Compiled.Recipe.Output.g.cs"]);
        run.Compile().ShouldNotBeEmpty();
    }

    [Fact]
    public void TwoRunsWriteTheSame() =>
        GeneratorRun.Start([OutputSample.Source]).Files.ShouldBe(GeneratorRun.Start([OutputSample.Source]).Files);

    private static GeneratorRun Compile(string source)
    {
        GeneratorRun run = GeneratorRun.Start(["#pragma warning disable CS1591\n" + source]);
        run.Compile().ShouldNotBeEmpty();
        run.Files.Count(file => file.Key.EndsWith(".OutputReader.g.cs", StringComparison.Ordinal)).ShouldBe(source.Split("GeneratedOutput").Length - 1);
        return run;
    }
}
