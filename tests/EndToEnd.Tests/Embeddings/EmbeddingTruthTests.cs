using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>A trained encoder gives what the program gives that it was made with.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class EmbeddingTruthTests
{
    // Its matrices are rounded to 11 bits, and nothing else: 0.9999998 is the lowest that is measured.
    private const double LowestOfF16 = 0.99999;

    // Weights and activations in 8 bits. What the weights alone cost is 0.99948 at the lowest, and 0.99980 in the mean.
    private const double LowestOfQ8 = 0.998;
    private const double MeanOfQ8 = 0.9994;

    public static TheoryData<string> Formats => [.. MiniLm.Formats];

    [Fact]
    public void HalfFloatsGiveWhatFloatsGive()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("F16");
        double[] cosines = [.. texts.Zip(vectors, (text, vector) => Cosine(text.Onnx, vector))];
        Report("F16", cosines);
        cosines.Min().ShouldBeGreaterThan(LowestOfF16);
    }

    [Fact]
    public void EightBitsGiveNearlyThat()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("Q8_0");
        double[] cosines = [.. texts.Zip(vectors, (text, vector) => Cosine(text.Onnx, vector))];
        Report("Q8_0", cosines);
        cosines.Min().ShouldBeGreaterThan(LowestOfQ8);
        cosines.Average().ShouldBeGreaterThan(MeanOfQ8);
    }

    /// <summary>Both round activations to 8 bits. What they would give if they did not is known.</summary>
    [Fact]
    public void NoTextIsFurtherOffThanLlamaCpps()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("Q8_0");
        foreach ((EmbeddedText text, float[] vector) in texts.Zip(vectors))
        {
            double ours = 1 - Cosine(text.Float64, vector);
            double theirs = 1 - Cosine(text.Float64, text.LlamaCpp["Q8_0"]);
            TestContext.Current.TestOutputHelper!.WriteLine($"{text.Name}: {ours:E2}; llama.cpp: {theirs:E2}");
            ours.ShouldBeLessThanOrEqualTo(theirs, text.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void ASearchFindsAllDocumentsInTheirOrder(string format)
    {
        using CompiledEncoder model = MiniLm.Compile(format).LoadEncoder();
        SearchTruth search = MiniLm.ReadSearch();
        float[][] documents = model.Embed([.. search.Documents.Select(document => document.Ids)]);
        foreach (SearchQuery query in search.Queries)
        {
            float[] vector = model.Embed([query.Ids])[0];
            Enumerable.Range(0, documents.Length).OrderByDescending(document => CompiledEncoder.Similarity(vector, documents[document]))
                .ShouldBe(query.Ranking);
        }
    }

    private static (IReadOnlyList<EmbeddedText> Texts, float[][] Vectors) Embed(string format)
    {
        using CompiledEncoder model = MiniLm.Compile(format).LoadEncoder(options: new LoadOptions { ThreadCount = 2 });
        IReadOnlyList<EmbeddedText> texts = MiniLm.ReadTexts();
        return (texts, model.Embed([.. texts.Select(text => text.Ids)]));
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = one.Zip(other, (a, b) => (double)a * b).Sum();
        return product / System.Math.Sqrt(one.Sum(value => (double)value * value) * other.Sum(value => (double)value * value));
    }

    private static void Report(string format, double[] cosines) => TestContext.Current.TestOutputHelper!.WriteLine(
        $"{format}: lowest cosine {cosines.Min():F7}, mean {cosines.Average():F7}");
}
