using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using ModelGen.Analysis;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Documents;

#pragma warning disable xUnit1051 // Who reads a document has no test to cancel.

/// <summary>The lines of C# in documents about generating, as they stand there; those that need a compiled model are run elsewhere.</summary>
public sealed class DocumentSampleTests
{
    private static readonly VocabularyContent Vocabulary = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Vocabulary);

    [Theory]
    [InlineData("generation.md", 7)]
    [InlineData("samplers.md", 2)]
    public void TheLinesAreInTests(string document, int samples)
    {
        string[] own =
        [
            .. Lines(Path.Combine("tests", "Runtime.Tests", "Documents", "DocumentSampleTests.cs")),
            .. Lines(Path.Combine("tests", "EndToEnd.Tests", "Serving", "DraftModelTests.cs")),
        ];
        int found = 0;
        bool isInSample = false;
        foreach (string line in Lines(Path.Combine("docs", document)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isInSample = line == "```csharp";
                found += isInSample ? 1 : 0;
            }
            else if (isInSample)
            {
                own.ShouldContain(line);
            }
        }

        found.ShouldBe(samples);

        static string[] Lines(string path) => [.. File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path)).Select(line => line.Trim())];
    }

    [Fact]
    public void TokensSayHowLikelyTheyWere()
    {
        using Session session = Open();
        GeneratedTokens tokens = session.GenerateTokens("Once upon a time", new GenerationOptions { Alternatives = 3 });
        foreach (GeneratedToken token in tokens)
        {
            string others = string.Join(", ", token.Alternatives.Select(other => other.Text));
            Console.WriteLine($"{token.Text}  {Math.Exp(token.LogProbability!.Value):P0}  {others}");
        }

        GenerationEnd end = tokens.End!;
        Console.WriteLine($"{end.Reason} after {end.GeneratedTokens} tokens; {end.CachedTokens} of {end.PromptTokens} prompt tokens were known");
        end.PromptTokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ATextIsScored()
    {
        const string text = "Once upon a time";
        using Session session = Open();
        double score = session.GenerateTokens(text, new GenerationOptions { Echo = true, MaxTokens = 1 })
            .Where(token => token.IsPrompt).Sum(token => token.LogProbability ?? 0);
        score.ShouldBeLessThan(0);
    }

    [Fact]
    public void WhatRepeatsItselfIsGuessed()
    {
        using Session session = Open();
        GenerationOptions repeating = new() { PromptLookup = new PromptLookupOptions { NgramLength = 3, MaxTokens = 8 } };
        GeneratedTokens corrected = session.GenerateTokens("Correct the mistakes: Once upon a tiem there was a little dog.", repeating);
        foreach (GeneratedToken token in corrected)
        {
            Console.Write(token.Text);
        }

        Console.WriteLine($"{corrected.End!.AcceptedTokens} of {corrected.End.DraftedTokens} guesses were right");
        corrected.End.AcceptedTokens.ShouldBeLessThanOrEqualTo(corrected.End.DraftedTokens);
    }

    [Fact]
    public void TheBestAnswerIsGoneOnFrom()
    {
        using Session session = Open();
        IReadOnlyList<GeneratedAnswer> answers = session.GenerateAnswers("Once upon a time", 5, new GenerationOptions { Seed = 1 });
        GeneratedAnswer best = answers.MaxBy(answer => answer.MeanLogProbability)!;
        int position = session.Position;
        session.Evaluate([.. best.Tokens.Select(token => token.Id)]);     // to go on from it
        session.Position.ShouldBe(position + best.Tokens.Count);
    }

    [Fact]
    public void AModelWithAnEncoderAnswers()
    {
        using Session session = Open(startToken: 1);
        string answer = string.Concat(session.Generate("translate English to German: The house is wonderful."));
        session.Encode("summarize: A parcel was sent on Monday, and nobody knows where it is.");     // reads, and generates nothing
        string summary = string.Concat(session.Generate(""));                                        // an empty prompt goes on
        answer.ShouldNotBeEmpty();
        summary.ShouldNotBeEmpty();
    }

    [Fact]
    public void PathsFork()
    {
        using Session session = Open();
        ForkingPaths paths = ForkingPaths.Find(session, "One day, Tom lost his ball. He felt", text => Regex.Match(text, "happy|sad|scared").Value);
        foreach (ForkingToken token in paths.Tokens.OrderByDescending(token => token.Weight).Take(3))
        {
            Console.WriteLine($"{token.Token.Text}: {token.Weight:P0}");
        }

        paths.Tokens.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void SamplersAreAskedFor()
    {
        using Session session = Open();
        GenerationOptions options = new()
        {
            Temperature = 1,
            MinP = 0.05f,
            Dry = new() { Multiplier = 0.8f },
            BannedTexts = ["As an AI"],
            Seed = 7,
        };
        int pieces = 0;
        foreach (string piece in session.Generate("Once upon a time", options))
        {
            piece.ShouldNotBeEmpty();
            pieces++;
        }

        pieces.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void AProgramsOwnStepIsTaken()
    {
        const string prompt = "Once upon a time";
        using Session session = Open();
        session.Generate(prompt, new() { LogitProcessors = [new NoEcho()] });
        GenerationOptions options = new() { LogitProcessors = [new NoEcho()], Temperature = 0, MaxTokens = 30 };
        int[] ids = [.. session.GenerateTokens(prompt, options).Select(token => token.Id)];
        ids.Length.ShouldBeGreaterThan(1);
        ids.Zip(ids.Skip(1)).ShouldAllBe(pair => pair.First != pair.Second);
    }

    // A model that says anything, and that again.
    private static Session Open(int? startToken = null) => new(
        new FakeSequence(200, Vocabulary.Tokens.Length, (tokens, logits) =>
        {
            Random random = new(tokens.Length / 20);
            for (int id = 0; id < logits.Length; id++)
            {
                logits[id] = (float)random.NextDouble() * 3;
            }
        })
        {
            Start = startToken,
        },
        Tokenizer);

    /// <summary>Never the same token twice in a row.</summary>
    sealed class NoEcho : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            if (tokens.Length > promptLength)
            {
                logits[tokens[^1]] = float.NegativeInfinity;
            }

            return LogitProcessorResult.Continue;
        }
    }
}
