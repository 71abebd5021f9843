using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>What options say is done, and what cannot be is one clear error.</summary>
public sealed class EmbeddingOptionTests : IDisposable
{
    // Of float sums behind double ones.
    private const double Tolerance = 1e-6;

    private const string Sentence = "a text of some letters";

    private static readonly int[] Text = [1, 5, 9, 44, 100, 7, 7, 31];

    private readonly CompiledEncoder _model = GoldenModel.Find("modern-bert").Compile().LoadEncoder();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void TheModelSaysWhatItsFileSays()
    {
        _model.Pooling.ShouldBe(Pooling.First);
        _model.VectorLength.ShouldBe(64);
        _model.Info.ContextLength.ShouldBe(512);
        _model.VectorsOf([Text])[0].ShouldBe(_model.VectorsOf([Text], new EmbeddingOptions { Pooling = Pooling.First })[0]);
    }

    [Theory]
    [InlineData(Pooling.First)]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Mean)]
    public void PoolingIsOfTheVectorsOfTokens(Pooling pooling)
    {
        TokenEmbeddings tokens = _model.TokensOf(Text, new EmbeddingOptions { Normalize = false });
        double[] expected = pooling switch
        {
            Pooling.First => Floats(tokens[0]),
            Pooling.Last => Floats(tokens[Text.Length - 1]),
            _ => [.. Enumerable.Range(0, tokens.VectorLength).Select(i => Enumerable.Range(0, Text.Length).Average(token => (double)tokens[token][i]))],
        };
        float[] vector = _model.VectorsOf([Text], new EmbeddingOptions { Pooling = pooling, Normalize = false })[0];
        Check(vector, expected);
        Check(_model.VectorsOf([Text], new EmbeddingOptions { Pooling = pooling })[0], Normalized(expected));
        if (pooling != Pooling.Mean)
        {
            Floats(vector).ShouldBe(expected);
        }
    }

    [Fact]
    public void DimensionsAreTheFirstOnesAndAreNormalisedByThemselves()
    {
        const int Dimensions = 10;
        float[] whole = _model.VectorsOf([Text], new EmbeddingOptions { Normalize = false })[0];
        float[] cut = _model.VectorsOf([Text], new EmbeddingOptions { Normalize = false, Dimensions = Dimensions })[0];
        cut.ShouldBe(whole[..Dimensions]);
        double[] expected = Normalized([.. cut.Select(value => (double)value)]);
        Check(_model.VectorsOf([Text], new EmbeddingOptions { Dimensions = Dimensions })[0], expected);
        TokenEmbeddings tokens = _model.TokensOf(Text, new EmbeddingOptions { Dimensions = Dimensions });
        tokens.VectorLength.ShouldBe(Dimensions);
        tokens.Vectors.Length.ShouldBe(Dimensions * Text.Length);
        Check([.. tokens[0]], expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65)]
    public void DimensionsThatTheModelLacksAreRefused(int dimensions) =>
        Should.Throw<ArgumentOutOfRangeException>(() => _model.VectorsOf([Text], new EmbeddingOptions { Dimensions = dimensions }))
            .Message.ShouldContain("from 1 to 64");

    [Fact]
    public void AStringIsItsIdsBehindThePrefix()
    {
        var options = new EmbeddingOptions { Prefix = "query: " };
        int[] ids = [.. _model.Tokenizer.EncodeToIds("query: " + Sentence)];
        _model.VectorOf(Sentence, options).ShouldBe(_model.VectorsOf([ids])[0]);
        _model.VectorsOf([Sentence, "b"], options)[0].ShouldBe(_model.VectorsOf([ids])[0]);
        _model.TokensOf(Sentence, options).Ids.ShouldBe(ids);
        _model.VectorOf(Sentence).ShouldNotBe(_model.VectorOf(Sentence, options));
    }

    [Fact]
    public void ATextThatIsTooLongIsRefusedOrCut()
    {
        int[] ids = [.. Enumerable.Range(0, 513).Select(index => 3 + index % 100)];
        Should.Throw<ArgumentException>(() => _model.VectorsOf([[1], ids])).Message.ShouldContain("Text 1 has 513 tokens, and the context 512");
        var cut = new EmbeddingOptions { LongText = LongText.Truncate };
        _model.VectorsOf([ids], cut)[0].ShouldBe(_model.VectorsOf([ids[..512]])[0]);
        _model.TokensOf(ids, cut).Ids.ShouldBe(ids[..512]);
    }

    /// <summary>[SEP] is the last token of every text.</summary>
    [Fact]
    public void ATokenThatEndsEveryTextStaysTheLast()
    {
        using CompiledEncoder model = MiniLm.Compile("Q8_0").LoadEncoder();
        string text = string.Concat(Enumerable.Repeat("once upon a time ", 200));
        int[] ids = [.. model.Tokenizer.EncodeToIds(text)];
        ids.Length.ShouldBeGreaterThan(model.Info.ContextLength);
        TokenEmbeddings embeddings = model.TokensOf(text, new EmbeddingOptions { LongText = LongText.Truncate });
        embeddings.Ids.ShouldBe([.. ids[..(model.Info.ContextLength - 1)], ids[^1]]);
    }

    [Fact]
    public void AModelThatDoesNotSayHowToPoolIsAsked()
    {
        DecoderPreset preset = EncoderPresets.Find("bert") with { Encoder = new() { Types = 2, NormsSums = true, Pooling = null } };
        string path = TemporaryFiles.Write("unpooled.gguf", DecoderWriter.Write(preset, FormatMix.Floats));
        using CompiledEncoder model = ModelCompiler.Compile(path).LoadEncoder();
        model.Pooling.ShouldBeNull();
        Should.Throw<ArgumentException>(() => model.VectorsOf([Text])).Message.ShouldContain("set Pooling");
        model.VectorsOf([Text], new EmbeddingOptions { Pooling = Pooling.Mean })[0].Length.ShouldBe(64);
        model.TokensOf(Text).Ids.ShouldBe(Text);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(DecoderWriter.VocabularySize)]
    [InlineData(int.MinValue)]
    public void AnIdThatTheVocabularyLacksIsRefused(int id)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _model.VectorsOf([[1], [3, id]])).Message.ShouldContain("Text 1 has a token that is not from 0 to 127");
        Should.Throw<ArgumentOutOfRangeException>(() => _model.TokensOf([id]));
    }

    [Fact]
    public void ATextWithoutTokensIsRefused()
    {
        Should.Throw<ArgumentException>(() => _model.VectorsOf([[1], []])).Message.ShouldContain("Text 1 has no tokens");
        Should.Throw<ArgumentException>(() => _model.TokensOf([])).Message.ShouldContain("Text 0 has no tokens");
    }

    [Fact]
    public void NothingIsNoText()
    {
        Should.Throw<ArgumentNullException>(() => _model.VectorOf((string)null!));
        Should.Throw<ArgumentNullException>(() => _model.VectorsOf((IReadOnlyList<string>)null!));
        Should.Throw<ArgumentNullException>(() => _model.VectorsOf((IReadOnlyList<IReadOnlyList<int>>)null!));
        Should.Throw<ArgumentNullException>(() => _model.VectorsOf([Sentence, null!]));
        Should.Throw<ArgumentNullException>(() => _model.VectorsOf([Text, null!]));
        Should.Throw<ArgumentNullException>(() => _model.TokensOf((string)null!));
        Should.Throw<ArgumentNullException>(() => _model.TokensOf((IReadOnlyList<int>)null!));
    }

    [Fact]
    public void ACancelledCallEndsAndTheNextOneIsWhole()
    {
        float[] expected = _model.VectorsOf([Text])[0];
        using var source = new CancellationTokenSource();
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => _model.Embed([Text], cancellationToken: source.Token));
        Should.Throw<OperationCanceledException>(() => _model.EmbedTokens(Text, cancellationToken: source.Token));
        _model.VectorsOf([Text])[0].ShouldBe(expected);
    }

    [Fact]
    public void SimilarityIsACosine()
    {
        float[] a = _model.VectorsOf([Text])[0];
        float[] b = _model.VectorsOf([[3, 4, 5]])[0];
        CompiledEncoder.Similarity(a, a).ShouldBe(1, Tolerance);
        CompiledEncoder.Similarity(a, [.. a.Select(value => -2 * value)]).ShouldBe(-1, Tolerance);
        CompiledEncoder.Similarity(a, b).ShouldBe((float)a.Zip(b, (one, other) => (double)one * other).Sum(), Tolerance);
        CompiledEncoder.Similarity(a, new float[a.Length]).ShouldBe(0);
        Should.Throw<ArgumentException>(() => CompiledEncoder.Similarity(a, b.AsSpan(1))).Message.ShouldContain("63");
    }

    [Fact]
    public void TheSimilarityOfTokensIsTheSumOfTheLargest()
    {
        TokenEmbeddings query = _model.TokensOf(Text);
        TokenEmbeddings document = _model.TokensOf([3, 4, 5, 6, 7, 44]);
        double expected = Enumerable.Range(0, Text.Length).Sum(i => Enumerable.Range(0, document.Ids.Count).Max(
            j => Floats(query[i]).Zip(Floats(document[j]), (one, other) => one * other).Sum()));
        CompiledEncoder.MaxSimilarity(query, document).ShouldBe((float)expected, 10 * Tolerance);
        TokenEmbeddings shorter = _model.TokensOf(Text, new EmbeddingOptions { Dimensions = 8 });
        Should.Throw<ArgumentException>(() => CompiledEncoder.MaxSimilarity(query, shorter)).Message.ShouldContain("8 floats");
        Should.Throw<ArgumentOutOfRangeException>(() => query[Text.Length][0]);
    }

    private static double[] Floats(ReadOnlySpan<float> vector) => [.. vector.ToArray().Select(value => (double)value)];

    private static double[] Normalized(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static void Check(float[] vector, double[] expected)
    {
        vector.Length.ShouldBe(expected.Length);
        vector.Zip(expected, (value, other) => Math.Abs(value - other)).Max().ShouldBeLessThan(Tolerance);
    }
}
