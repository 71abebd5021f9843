using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.Extensions.AI;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;
using Sentences = ModelGen.Runtime.Tests.Support.FakeEncoder;

namespace ModelGen.Runtime.Tests.Embeddings;

/// <summary>The lines of C# of docs/embeddings.md and of README's section, as they stand there.</summary>
public sealed class DocumentationTests
{
    // What tells a block that has to do with encoders.
    private static readonly string[] Marks = ["Sentences", "IEmbeddingGenerator", "TokenEmbeddings", "SparseEmbedding", "LabelScore"];

    [Theory]
    [InlineData("docs/embeddings.md", 17)]
    [InlineData("README.md", 3)]
    public void TheLinesAreInThisFile(string path, int atLeast)
    {
        string[] own = [.. File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "tests", "Runtime.Tests", "Embeddings", "DocumentationTests.cs")).Select(line => line.Trim())];
        string[] lines = [.. Lines(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path)))];
        lines.Length.ShouldBeGreaterThanOrEqualTo(atLeast);
        lines.ShouldAllBe(line => own.Contains(line));
    }

#pragma warning disable xUnit1051 // The lines are those of a program, which has no test to be cancelled with.
    [Fact]
    public async Task TheLinesFindAnAnswer()
    {
        using Sentences model = Sentences.Load();
        float[] vector = model.Embed("Parcels take three to five working days.");
        float[][] vectors = model.Embed(["You may send it back.", "The shop is closed on Sunday."]);
        float cosine = CompiledEncoder.Similarity(vector, vectors[0]);
        ((double)cosine).ShouldBe(vector.Zip(vectors[0], (a, b) => (double)a * b).Sum(), 1e-5);

        LoadOptions prefixes = new() { QueryPrefix = "query: ", DocumentPrefix = "passage: " };
        using Sentences search = Sentences.Load(prefixes);
        float[] query = search.EmbedQuery("when will it arrive?");
        float[][] documents = search.EmbedDocuments(["Parcels take three to five working days.", "You may send it back."]);
        query.ShouldBe(model.Embed("query: when will it arrive?"));
        documents[1].ShouldBe(model.Embed("passage: You may send it back."));

        TokenEmbeddings asked = model.EmbedTokens("when will it arrive?");
        TokenEmbeddings answer = model.EmbedTokens("Parcels take three to five working days.");
        float score = CompiledEncoder.MaxSimilarity(asked, answer);
        score.ShouldBeInRange(-asked.Ids.Count, asked.Ids.Count * 1.00001f);

        SparseEmbedding words = model.EmbedSparse("when will it arrive?");
        SparseEmbedding[] answers = model.EmbedSparse(["Parcels take three to five working days.", "You may send it back."]);
        float overlap = words.Dot(answers[0]);
        overlap.ShouldBeGreaterThan(0);
        answers[1].Count.ShouldBeGreaterThan(0);

        // The model of this test has no labels.
        Should.Throw<InvalidOperationException>(() =>
        {
            IReadOnlyList<LabelScore> labels = model.Classify("You may send it back.");
            Console.WriteLine($"{labels[0].Label}: {labels[0].Score}");
        });

        using IEmbeddingGenerator<string, Embedding<float>> generator = model.AsIEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["You may send it back."]);
        Console.WriteLine($"{embeddings[0].Vector.Length} floats of {embeddings.Usage?.InputTokenCount} tokens");
        embeddings[0].Vector.ToArray().ShouldBe(vectors[0]);
    }
#pragma warning restore xUnit1051

    // Lines of blocks of C# that have to do with encoders.
    private static IEnumerable<string> Lines(string[] text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != "```csharp")
            {
                continue;
            }

            string[] block = [.. text.Skip(i + 1).TakeWhile(line => line != "```").Select(line => line.Trim())];
            if (block.Any(line => Marks.Any(line.Contains)))
            {
                foreach (string line in block)
                {
                    yield return line;
                }
            }
        }
    }
}
