using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary><c>modelgen embed</c>, and what it refuses like <c>modelgen rank</c>.</summary>
public sealed class EmbedCommandTests : IDisposable
{
    private static readonly TinyModel Encoder = new() { Name = "terms", Architecture = "eurobert", IsTied = true, HasTerms = true };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WeightsOfTermsAreThoseOfTheModelTheLargestFirst()
    {
        string path = Write(Encoder);
        ToolRun run = Start("\"a b\"\n\"c\"\n", path, "--sparse");
        run.ExitCode.ShouldBe(0, run.Error);
        string[] lines = run.Output.TrimEnd().Split(Environment.NewLine);
        CompiledClass compiled = CompiledClass.From(ModelCompilation.Create(Source(path), "ExpectedTerms").Emit(), Source(path));
        using CompiledEncoder model = compiled.LoadEncoder(Pack(path));
        SparseEmbedding[] expected = model.EmbedSparse(["a b", "c"], cancellationToken: Token);
        for (int line = 0; line < lines.Length; line++)
        {
            (string Name, float Weight)[] terms = Terms(lines[line]);
            terms.Select(term => term.Weight).ShouldBe([.. expected[line].Weights.ToArray().OrderDescending()]);
            terms.Select(term => term.Name).ShouldBeUnique();
        }

        // Tokens are called by their texts, which control tokens and bytes that are no character have not.
        string[] names = [.. Terms(lines[0]).Select(term => term.Name)];
        names.ShouldContain(name => name.StartsWith("word", StringComparison.Ordinal));
        names.ShouldContain(name => name.StartsWith('#'));
        names.ShouldAllBe(name => !name.Contains('\uFFFD') && name.Length > 0);

        ToolRun ids = Start($"[{string.Join(',', model.Tokenizer.EncodeToIds("c"))}]", path, "--sparse", "--ids", "--max-terms", "5");
        ids.ExitCode.ShouldBe(0, ids.Error);
        Terms(ids.Output).OrderBy(term => int.Parse(term.Name, System.Globalization.CultureInfo.InvariantCulture)).Select(term => term.Weight)
            .ShouldBe([.. model.EmbedSparse("c", new SparseEmbeddingOptions { MaxTerms = 5 }, Token).Weights]);
    }

    [Fact]
    public void WhatTheModelRefusesIsOneSentence()
    {
        string plain = Write(Encoder with { Name = "plain", HasTerms = false });
        Check(Start("\"a\"", plain, "--sparse"), "has no head that weighs terms");
        Check(Start("\"a\"", plain), "set Pooling");
        string tooLong = $"\"{string.Concat(Enumerable.Repeat("a b ", Encoder.ContextLength))}\"";
        Check(Start(tooLong, Write(Encoder), "--sparse"), "and the context 64");
        Check(Start(tooLong, Write(Encoder), "--pooling", "none"), "and the context 64");
        Check(ToolRun.StartWith("\"a\"", _folder["cache"], "rank", plain, "--query", "b"), "no head that scores");
        string ranker = Write(new TinyModel { Name = "ranker", IsTied = true, Pooling = 4, Labels = 1 });
        Check(ToolRun.StartWith("\"a\"", _folder["cache"], "rank", ranker, "--query", "b"), "in a prompt of its own");
        string ids = $"[{string.Join(',', Enumerable.Repeat(5, Encoder.ContextLength + 1))}]";
        Check(ToolRun.StartWith(ids, _folder["cache"], "rank", ranker, "--ids"), "and the context 64");

        static void Check(ToolRun run, string sentence)
        {
            run.ExitCode.ShouldBe(1);
            run.Output.ShouldBeEmpty();
            run.Error.ShouldContain(sentence);
            run.Error.TrimEnd().ShouldNotContain('\n');
        }
    }

    [Theory]
    [InlineData("--pooling is for vectors", "--sparse", "--pooling", "mean")]
    [InlineData("--dimensions is for vectors", "--sparse", "--dimensions", "8")]
    [InlineData("--max-terms is for weights of terms", "--max-terms", "8")]
    [InlineData("--max-terms is at least 1", "--sparse", "--max-terms", "0")]
    public void OptionsOfTheOtherKindAreRefused(string sentence, params string[] options)
    {
        ToolRun run = Start("", ["model.gguf", .. options]);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(sentence);
    }

    private static ModelSource Source(string path) => ModelSource.Read(path, new ModelSettings());

    private static (string Name, float Weight)[] Terms(string line) =>
        [.. JsonDocument.Parse(line).RootElement.EnumerateObject().Select(term => (term.Name, term.Value.GetSingle()))];

    private string Pack(string path)
    {
        ToolRun run = ToolRun.Start(_folder["cache"], "pack", path, "-o", _folder["terms.weights"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return _folder["terms.weights"];
    }

    private string Write(TinyModel model)
    {
        string path = _folder[model.Name + ".gguf"];
        File.WriteAllBytes(path, model.ToArray());
        return path;
    }

    private ToolRun Start(string input, params string[] arguments) => ToolRun.StartWith(input, _folder["cache"], ["embed", .. arguments]);
}
