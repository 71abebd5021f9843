using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using ModelGen.Output;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>Answers as their text comes, piece by piece.</summary>
public sealed class StreamTests
{
    private const string Json = """
        {"Title": "a \"{[,]}\" \\", "Minutes":12,"Level":"very hard" , "Steps":[{"Text":"x, y","Duration":null},{"Text":"}"}]}
        """;

    private static readonly Recipe Whole = new("a \"{[,]}\" \\", 12, Difficulty.VeryHard, [new Step("x, y", null), new Step("}")]);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task EachPropertyIsGivenOnceItIsComplete(int length)
    {
        List<PartialOutput<Recipe>> parts = [];
        await foreach (PartialOutput<Recipe> part in OutputGeneration.Stream<Recipe>(Pieces(Json, length), TestContext.Current.CancellationToken))
        {
            parts.Add(part);
        }

        parts.Select(part => string.Join(" ", part.Properties)).ShouldBe(["Title", "Title Minutes", "Title Minutes Level", "Title Minutes Level Steps"]);
        parts.Select(part => part.IsComplete).ShouldBe([false, false, false, true]);
        parts[0].Value.ShouldBe(new Recipe(Whole.Title, 0, Difficulty.Easy, null!));
        parts[1].Value.ShouldBe(new Recipe(Whole.Title, 12, Difficulty.Easy, null!));
        parts[2].Value.ShouldBe(new Recipe(Whole.Title, 12, Difficulty.VeryHard, null!));
        JsonSerializer.Serialize(parts[3].Value, ReadTests.Options).ShouldBe(JsonSerializer.Serialize(Whole, ReadTests.Options));
    }

    [Fact]
    public async Task WhatTellsKindsApartIsAProperty()
    {
        List<PartialOutput<Shape>> parts = [];
        await foreach (PartialOutput<Shape> part in OutputGeneration.Stream<Shape>(
            Pieces("""{"kind":"circle","Name":"o","Radius":2}""", 3), TestContext.Current.CancellationToken))
        {
            parts.Add(part);
        }

        parts.Select(part => part.Value).ShouldBe([new Circle(0), new Circle(0) { Name = "o" }, new Circle(2) { Name = "o" }]);
        parts[0].Properties.ShouldBe(["kind"]);
    }

    [Fact]
    public void AWholeAnswerIsItsValue() => JsonSerializer.Serialize(OutputGeneration.Complete<Recipe>([Json[..9], Json[9..50], Json[50..]]), ReadTests.Options)
        .ShouldBe(JsonSerializer.Serialize(Whole, ReadTests.Options));

    [Fact]
    public async Task AnAnswerThatEndsEarlyIsOneError()
    {
        for (int length = 0; length < Json.Length; length++)
        {
            string text = Json[..length];
            IncompleteOutputException error = Should.Throw<IncompleteOutputException>(() => OutputGeneration.Complete<Recipe>([text]));
            error.Text.ShouldBe(text);
            error.Message.ShouldBe(FormattableString.Invariant($"The answer ended after {length} characters, before its JSON was complete: ")
                + "raise MaxTokens, make room in the session's context, or do without stop sequences.");
            await Should.ThrowAsync<IncompleteOutputException>(async () =>
            {
                await foreach (PartialOutput<Recipe> part in OutputGeneration.Stream<Recipe>(Pieces(text, 5), TestContext.Current.CancellationToken))
                {
                    part.IsComplete.ShouldBeFalse();
                }
            });
        }
    }

    private static async IAsyncEnumerable<string> Pieces(string text, int length)
    {
        foreach (char[] piece in text.Chunk(length))
        {
            await Task.Yield();
            yield return new string(piece);
        }
    }
}
