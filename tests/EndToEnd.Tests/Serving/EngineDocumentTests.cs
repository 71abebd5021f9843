using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

#pragma warning disable xUnit1051 // Who reads a document has no test to cancel.

/// <summary>The lines of C# in docs/engine.md, as they stand there.</summary>
public sealed class EngineDocumentTests
{
    [Fact]
    public async Task ARequestIsAnswered()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 16 });
        GeneratedTokenStream answer = engine.GenerateTokensAsync("Once upon a time", new GenerationOptions { MaxTokens = 40 });
        await foreach (GeneratedToken token in answer)
        {
            Console.Write(token.Text);
        }

        GenerationEnd end = answer.End!;
        Console.WriteLine($"{end.Reason}: {end.CachedTokens} of {end.PromptTokens} prompt tokens were known");
        end.GeneratedTokens.ShouldBePositive();
    }

    [Fact]
    public void TheLinesAreInThisFile()
    {
        string[] own = Lines(Path.Combine("tests", "EndToEnd.Tests", "Serving", "EngineDocumentTests.cs"));
        string[] document = Lines(Path.Combine("docs", "engine.md"));
        int start = Array.IndexOf(document, "```csharp");
        string[] sample = [.. document.Skip(start + 1).TakeWhile(line => line != "```")];
        sample.Length.ShouldBeGreaterThan(5);
        document.Count(line => line == "```csharp").ShouldBe(1);
        sample.ShouldAllBe(line => own.Contains(line));

        static string[] Lines(string path) => [.. File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path)).Select(line => line.Trim())];
    }
}
