using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Architectures;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>Scores of texts that are read together, with types of tokens and cut to the context.</summary>
public sealed class RankingTests
{
    // Between two orders of adding three embeddings.
    private const double Tolerance = 1e-4;

    private const string Query = "a q u i c k f o x";

    private static readonly string[] Documents = ["j u m p s", "", "o v e r t h e", "l a z y d o g s"];

    private static readonly RankingOptions OneType = new() { MarksDocument = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void AScoreIsTheHeadsOfBothTextsTogether()
    {
        RankerModel ranker = RankerModel.Create(labels: 1);
        using CompiledEncoder model = ranker.Load();
        model.Labels.ShouldBe(["LABEL_0"]);
        float[] scores = model.Rank(Query, Documents, cancellationToken: Token);
        for (int i = 0; i < Documents.Length; i++)
        {
            float[] vector = model.VectorsOf([RankerModel.Pair(Query, Documents[i])], new EmbeddingOptions { Normalize = false })[0];
            ((double)scores[i]).ShouldBe(ranker.Scores(vector)[0], Tolerance);
            model.Rank(Query, Documents[i], cancellationToken: Token).ShouldBe(scores[i]);
        }

        scores.Distinct().Count().ShouldBe(Documents.Length);
    }

    [Fact]
    public void ADocumentIsOfTypeOneUnlessItIsNotToBeMarked()
    {
        using CompiledEncoder model = RankerModel.Create(labels: 1).Load();
        int[] plain = [RankerModel.Cls, .. RankerModel.Ids(Query), RankerModel.Sep, .. RankerModel.Ids(Documents[0]), RankerModel.Sep];
        float unmarked = model.Rank([plain], cancellationToken: Token)[0];
        model.Rank(Query, Documents[0], OneType, Token).ShouldBe(unmarked);
        Math.Abs(model.Rank(Query, Documents[0], cancellationToken: Token) - unmarked).ShouldBeGreaterThan(100 * (float)Tolerance);
    }

    /// <summary>29 tokens are left beside [CLS] and two [SEP].</summary>
    [Theory]
    [InlineData(5, 24, 5, 24)]
    [InlineData(5, 100, 5, 24)]
    [InlineData(14, 100, 14, 15)]
    [InlineData(15, 100, 14, 15)]
    [InlineData(60, 60, 14, 15)]
    [InlineData(100, 60, 15, 14)]
    [InlineData(100, 3, 26, 3)]
    [InlineData(0, 40, 0, 29)]
    [InlineData(40, 0, 29, 0)]
    public void WhatIsTooLongIsCutWhereItIsLongest(int query, int document, int queryKept, int documentKept)
    {
        using CompiledEncoder model = RankerModel.Create(labels: 1).Load();
        var cut = new RankingOptions { LongText = LongText.Truncate };
        string first = Letters(query, 0);
        string second = Letters(document, 7);
        float expected = model.Rank(Letters(queryKept, 0), Letters(documentKept, 7), cancellationToken: Token);
        model.Rank(first, second, cut, Token).ShouldBe(expected);
        model.Rank(first, [second, "a"], cut, Token)[0].ShouldBe(expected);
        if (query + document > 29)
        {
            Should.Throw<ArgumentException>(() => model.Rank(first, second, cancellationToken: Token))
                .Message.ShouldContain($"has {query + document + 3} tokens, and the context 32");
        }
    }

    [Fact]
    public void ARankOfSeveralLabelsIsOneOfThem()
    {
        string[] names = ["contradiction", "entailment", "neutral"];
        RankerModel ranker = RankerModel.Create(labels: 3, names);
        using CompiledEncoder model = ranker.Load();
        model.Labels.ShouldBe(names);
        float[] vector = model.VectorsOf([RankerModel.Pair(Query, Documents[0])], new EmbeddingOptions { Normalize = false })[0];
        double[] expected = ranker.Scores(vector);
        for (int label = 0; label < names.Length; label++)
        {
            ((double)model.Rank(Query, Documents[0], new RankingOptions { Label = names[label] }, Token)).ShouldBe(expected[label], Tolerance);
        }

        Should.Throw<ArgumentException>(() => model.Rank(Query, Documents[0], cancellationToken: Token))
            .Message.ShouldContain("The model has 3 labels, and a rank is made of one: set RankingOptions.Label to one of contradiction, entailment, neutral");
        Should.Throw<ArgumentException>(() => model.Rank([[RankerModel.Cls]], new RankingOptions { Label = "Neutral" }, Token))
            .Message.ShouldContain("The model has no label Neutral");
    }

    [Fact]
    public void LabelsComeWithTheirProbabilitiesTheLargestFirst()
    {
        string[] names = ["contradiction", "entailment", "neutral"];
        RankerModel ranker = RankerModel.Create(labels: 3, names);
        using CompiledEncoder model = ranker.Load();
        string[] texts = [.. Documents, Query];
        var together = model.Classify(texts, cancellationToken: Token);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] ids = [RankerModel.Cls, .. RankerModel.Ids(texts[i]), RankerModel.Sep];
            Check(together[i], ranker.Scores(model.VectorsOf([ids], new EmbeddingOptions { Normalize = false })[0]));
            model.Classify(texts[i], cancellationToken: Token).ShouldBe(together[i]);
            model.Classify([ids], cancellationToken: Token)[0].ShouldBe(together[i]);
        }

        float[] pair = model.VectorsOf([RankerModel.Pair(Query, Documents[0])], new EmbeddingOptions { Normalize = false })[0];
        Check(model.ClassifyPair(Query, Documents[0], cancellationToken: Token), ranker.Scores(pair));
        model.ClassifyPair(Query, Letters(90, 3), new ClassificationOptions { LongText = LongText.Truncate }, Token)
            .ShouldBe(model.ClassifyPair(Query, Letters(20, 3), cancellationToken: Token));
        Should.Throw<ArgumentException>(() => model.Classify(Letters(31, 0), cancellationToken: Token)).Message.ShouldContain("set LongText to Truncate");

        void Check(IReadOnlyList<LabelScore> labels, double[] scores)
        {
            double sum = scores.Sum(Math.Exp);
            (string Label, double Score)[] expected = [.. scores.Select((score, label) => (names[label], Math.Exp(score) / sum)).OrderByDescending(pair => pair.Item2)];
            labels.Select(label => label.Label).ShouldBe(expected.Select(label => label.Label));
            for (int i = 0; i < expected.Length; i++)
            {
                ((double)labels[i].Score).ShouldBe(expected[i].Score, Tolerance);
            }
        }
    }

    [Fact]
    public void TheOnlyLabelIsProbableByItself()
    {
        RankerModel ranker = RankerModel.Create(labels: 1, ["toxic"]);
        using CompiledEncoder model = ranker.Load();
        LabelScore label = model.Classify(Query, cancellationToken: Token).ShouldHaveSingleItem();
        label.Label.ShouldBe("toxic");
        int[] ids = [RankerModel.Cls, .. RankerModel.Ids(Query), RankerModel.Sep];
        ((double)label.Score).ShouldBe(1 / (1 + Math.Exp(-model.Rank([ids], cancellationToken: Token)[0])), 1e-6);
    }

    [Fact]
    public void NamesThatDoNotFitTheHeadAreAProblem()
    {
        RankerModel ranker = RankerModel.Create(labels: 3, ["yes", "no"]);
        Architecture.Recognise(GgufHeaderReader.ReadFile(ranker.Path).Header).Problems.ShouldHaveSingleItem()
            .Message.ShouldContain("has 2 names, but the tensors make 3 scores");
    }

    private static string Letters(int count, int from) => string.Join(' ', Enumerable.Range(from, count).Select(i => (char)('a' + i * 5 % 26)));
}
