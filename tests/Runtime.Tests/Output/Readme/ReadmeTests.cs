using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.IO;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Output.Readme;

/// <summary>README's lines about values, as they stand there.</summary>
public sealed class ReadmeTests
{
    private const string First = "Recipe recipe = ";
    private const string Last = "public enum Difficulty";

    [Fact]
    public void TheLinesAreInThisFile()
    {
        string[] own = Lines(Path.Combine("tests", "Runtime.Tests", "Output", "Readme", "ReadmeTests.cs"));
        string[] readme = Lines("README.md");
        int first = Array.FindIndex(readme, line => line.StartsWith(First, StringComparison.Ordinal));
        int last = Array.FindIndex(readme, line => line.StartsWith(Last, StringComparison.Ordinal));
        first.ShouldBeGreaterThan(0);
        (last - first).ShouldBeInRange(5, 10);
        readme[first..(last + 1)].ShouldAllBe(line => own.Contains(line));

        static string[] Lines(string path) => [.. File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path)).Select(line => line.Trim())];
    }

    [Fact]
    public void TheLinesWriteARecipe()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Recipe recipe = Cook(seed);
            recipe.Minutes.ShouldBeInRange(1, 600);
            Enum.IsDefined(recipe.Level).ShouldBeTrue();
            recipe.Title.ShouldNotBeNull();
            recipe.Steps.ShouldNotBeNull();
        }
    }

    private static Recipe Cook(int seed)
    {
        using Session session = Random(seed);
        Recipe recipe = session.Generate<Recipe>($"A soup, as JSON of this schema: {Recipe.JsonSchema}\n");
        Console.WriteLine($"{recipe.Title}, {recipe.Minutes} minutes: {string.Join("; ", recipe.Steps)}");
        return recipe;
    }

    // A model that says anything, with a liking for what ends texts and lists.
    private static Session Random(int seed)
    {
        VocabularyContent content = TestVocabulary.ChatContent();
        int[] ends = [.. "\"]}"u8.ToArray().Select(value => TestVocabulary.FirstByteId + value)];
        return new Session(
            new FakeSequence(4000, content.Tokens.Length, (tokens, logits) =>
            {
                Random random = new((seed * 10_007) + tokens.Length);
                for (int id = 0; id < logits.Length; id++)
                {
                    logits[id] = (float)random.NextDouble() + (ends.Contains(id) ? 6 : 0);
                }
            }),
            TestVocabulary.Open(content));
    }
}

[GeneratedOutput]
public sealed partial record Recipe(string Title, [Range(1, 600)] int Minutes, Difficulty Level, IReadOnlyList<string> Steps);

public enum Difficulty { Easy, Medium, Hard }
