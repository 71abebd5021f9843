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

    // Weights in 8 bits leave 0.99948 and 0.99980, and activations in 16 bits take nothing from that.
    private const double LowestOfQ8 = 0.9994;
    private const double MeanOfQ8 = 0.9997;

    // What activations in 16 bits leave of the cosine with float64: 2·10⁻⁸ is measured.
    private const double LossOfWords = 1e-6;

    public static TheoryData<string> Formats => [.. MiniLm.Formats];

    [Fact]
    public void HalfFloatsGiveWhatFloatsGive()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("F16");
        double[] cosines = Report("F16", texts, vectors);
        cosines.Min().ShouldBeGreaterThan(LowestOfF16);
    }

    [Fact]
    public void EightBitsGiveNearlyThat()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("Q8_0");
        double[] cosines = Report("Q8_0", texts, vectors);
        cosines.Min().ShouldBeGreaterThan(LowestOfQ8);
        cosines.Average().ShouldBeGreaterThan(MeanOfQ8);
    }

    /// <summary>llama.cpp rounds activations to 8 bits. What both would give if they rounded nothing is known.</summary>
    [Fact]
    public void RoundingActivationsCostsNothing()
    {
        (IReadOnlyList<EmbeddedText> texts, float[][] vectors) = Embed("Q8_0");
        double[] ours = [.. texts.Zip(vectors, (text, vector) => 1 - Cosine(text.Float64, vector))];
        double[] theirs = [.. texts.Select(text => 1 - Cosine(text.Float64, text.LlamaCpp["Q8_0"]))];
        for (int i = 0; i < ours.Length; i++)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{texts[i].Name}: {ours[i]:E2}; llama.cpp: {theirs[i]:E2}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"mean {ours.Average():E2}; llama.cpp: {theirs.Average():E2}");
        ours.Max().ShouldBeLessThan(LossOfWords);
        ours.Zip(theirs, (one, other) => one < other).ShouldAllBe(isNearer => isNearer);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void ASearchFindsAllDocumentsInTheirOrder(string format)
    {
        using CompiledEncoder model = MiniLm.Compile(format).LoadEncoder();
        SearchTruth search = MiniLm.ReadSearch();
        float[][] documents = model.VectorsOf([.. search.Documents.Select(document => document.Ids)]);
        foreach (SearchQuery query in search.Queries)
        {
            float[] vector = model.VectorsOf([query.Ids])[0];
            Enumerable.Range(0, documents.Length).OrderByDescending(document => CompiledEncoder.Similarity(vector, documents[document]))
                .ShouldBe(query.Ranking);
        }
    }

    private static (IReadOnlyList<EmbeddedText> Texts, float[][] Vectors) Embed(string format)
    {
        using CompiledEncoder model = MiniLm.Compile(format).LoadEncoder(options: new LoadOptions { ThreadCount = 2 });
        IReadOnlyList<EmbeddedText> texts = MiniLm.ReadTexts();
        return (texts, model.VectorsOf([.. texts.Select(text => text.Ids)]));
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = one.Zip(other, (a, b) => (double)a * b).Sum();
        return product / System.Math.Sqrt(one.Sum(value => (double)value * value) * other.Sum(value => (double)value * value));
    }

    /// <summary>Prints the rows of docs/embeddings.md, and gives the cosines of ours.</summary>
    private static double[] Report(string format, IReadOnlyList<EmbeddedText> texts, float[][] vectors)
    {
        double[] ours = Print("ModelGen", vectors);
        Print("llama.cpp", [.. texts.Select(text => text.LlamaCpp[format])]);
        return ours;

        double[] Print(string engine, float[][] given)
        {
            double[] cosines = [.. texts.Zip(given, (text, vector) => Cosine(text.Onnx, vector))];
            double largest = texts.Zip(given, (text, vector) => text.Onnx.Zip(vector, (a, b) => System.Math.Abs(a - b)).Max()).Max();
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{format}, {engine}: lowest cosine {cosines.Min():F7}, mean {cosines.Average():F7}, largest difference {largest:E1}");
            return cosines;
        }
    }
}
