using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>The other commands: what they print and write is what the runtime and the generator give.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RunPrintsTheTextThatASessionGenerates()
    {
        const string Prompt = "Once upon a time";
        using CompiledDecoder model = CompiledClass.From(Compile().Emit(), Source()).Load();
        using Session session = model.CreateSession();
        string expected = Prompt + string.Concat(session.Generate(Prompt, new GenerationOptions { Temperature = 0, MaxTokens = 12 }));
        ToolRun run = Start("run", ToolRun.Stories, "-p", Prompt, "--tokens", "12", "--temperature", "0");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldBe(expected + Environment.NewLine);
    }

    [Fact]
    public void TheSameSeedDrawsTheSameText()
    {
        string[] command = ["run", ToolRun.Stories, "-p", "Tom", "--tokens", "20", "--temperature", "1", "--seed"];
        string first = Start([.. command, "7"]).Output;
        Start([.. command, "7"]).Output.ShouldBe(first);
        Start([.. command, "8"]).Output.ShouldNotBe(first);
    }

    /// <summary>The mean of the losses of a window's second half, computed here from the logits command.</summary>
    [Fact]
    public void PerplexityIsThatOfTheLogits()
    {
        string text = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends.";
        File.WriteAllText(_folder["text.txt"], text);
        JsonElement report = Start("perplexity", ToolRun.Stories, _folder["text.txt"], "--context", "16", "--json").Json;

        using CompiledDecoder model = CompiledClass.From(Compile().Emit(), Source()).Load();
        int[] ids = [.. model.Tokenizer.EncodeToIds(text)];
        using Session session = model.CreateSession();
        int windows = ids.Length / 16;
        double loss = 0;
        for (int window = 0; window < windows; window++)
        {
            session.Rewind(0);
            int[] piece = ids.AsSpan(window * 16, 16).ToArray();
            piece[0] = model.Tokenizer.BeginningOfSequenceId!.Value;
            for (int i = 0; i < 15; i++)
            {
                float[] logits = session.Evaluate([piece[i]]).ToArray();
                double total = logits.Sum(logit => Math.Exp(logit));
                loss += i < 8 ? 0 : Math.Log(total) - logits[piece[i + 1]];
            }
        }

        report.GetProperty("scored").GetInt32().ShouldBe(windows * 7);
        report.GetProperty("value").GetDouble().ShouldBe(Math.Exp(loss / (windows * 7)), tolerance: 1e-4);
    }

    [Fact]
    public void EmitWritesWhatTheGeneratorWrites()
    {
        ToolRun run = Start("emit", ToolRun.Stories, "-o", _folder["emitted"], "--class", "Compiled.Model");
        run.ExitCode.ShouldBe(0, run.Error);
        foreach ((string name, string text) in Compile().Files)
        {
            string file = Directory.EnumerateFiles(_folder["emitted"]).Single(path => name.EndsWith(Path.GetFileName(path), StringComparison.Ordinal));
            File.ReadAllText(file).ShouldBe(text);
        }
    }

    [Fact]
    public void PackWritesAFileThatLoads()
    {
        ToolRun run = Start("pack", ToolRun.Stories, "-o", _folder["stories.weights"]);
        run.ExitCode.ShouldBe(0, run.Error);
        using CompiledDecoder model = CompiledClass.From(Compile().Emit(), Source()).Load(
            _folder["stories.weights"], new LoadOptions { VerifyWeights = true });
        model.Info.ParameterCount.ShouldBe(2_885_888);
    }

    [Fact]
    public void BenchSaysTokensASecond()
    {
        ToolRun run = Start("bench", ToolRun.Stories, "--threads", "1", "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("prefill");
        run.Output.ShouldContain("decode");
    }

    [Fact]
    public void NewWritesAProjectOnceAndOverwritesNothing()
    {
        ToolRun run = Start("new", ToolRun.Stories, "-o", _folder["project"]);
        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllText(Path.Combine(_folder["project"], "DemoStoriesQ8_0.csproj")).ShouldContain("<GgufModel Include=");
        ToolRun again = Start("new", ToolRun.Stories, "-o", _folder["project"]);
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("exists already; give another folder.");
    }

    /// <summary>Only the ending .gguf is no part of a model's name, and MSBuild reads the name as it is.</summary>
    [Fact]
    public void NewTakesAModelOfAnyName()
    {
        string model = _folder["llama-3.2;1%"];
        File.Copy(ToolRun.Stories, model);
        ToolRun run = Start("new", model, "-o", _folder["named"]);
        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllText(Path.Combine(_folder["named"], "Llama321.csproj")).ShouldContain("llama-3.2%3b1%25\" />");
        File.ReadAllText(Path.Combine(_folder["named"], "Llama321.cs")).ShouldContain("[GgufModel(\"llama-3.2;1%\")]");
    }

    [Theory]
    [InlineData(2, "There is no command or option 'fly' here; --help says what there is.", "fly")]
    [InlineData(2, "--ids", "logits", "model.gguf")]
    [InlineData(1, "missing.gguf does not exist.", "inspect", "missing.gguf")]
    [InlineData(2, "--key-value is one of", "logits", "model.gguf", "--ids", "1", "--key-value", "bits")]
    [InlineData(2, "--threads", "logits", "model.gguf", "--ids", "1", "--threads", "0")]
    public void WrongInputIsOneSentence(int exitCode, string sentence, params string[] arguments)
    {
        ToolRun run = Start(arguments);
        run.ExitCode.ShouldBe(exitCode);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void AFileThatIsNoModel()
    {
        File.WriteAllText(_folder["text.gguf"], "This is no model.");
        ToolRun run = Start("run", _folder["text.gguf"], "-p", "x");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("text.gguf");
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void TheRulesOfWordPiecesGoToTheAttribute()
    {
        ModelSource.Read(ToolRun.Stories, new ModelSettings(WordPieceRules: WordPieceRules.LlamaCpp)).Declaration
            .ShouldContain("[GgufModel(\"demo-stories-Q8_0.gguf\", WordPieceRules = WordPieceRules.LlamaCpp)]");
        Source().Declaration.ShouldContain("[GgufModel(\"demo-stories-Q8_0.gguf\")]");
    }

    private static ModelSource Source() => ModelSource.Read(ToolRun.Stories, new ModelSettings());

    private static ModelCompilation Compile() => ModelCompilation.Create(Source(), "Expected" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));

    private ToolRun Start(params string[] arguments) => ToolRun.Start(_folder["cache"], arguments);
}
