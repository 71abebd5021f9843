using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>
/// Weights of terms are those of a pass in float64, and do not depend on the texts beside them, on threads, or on other calls, to the bit.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class SparseEmbeddingTests
{
    private const int Callers = 4;
    private const int Rounds = 3;

    // The last two are a full context each; the others go through together, more than a batch of rows at a time.
    private static readonly int[] Lengths = [1, 3, 40, 300, 2, 191, 64, 1, 512, 512];

    public static TheoryData<string> Names => [.. TermsModel.All.Select(model => model.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public void WeightsAreThoseOfThePassInDoubles(string name)
    {
        GoldenModel golden = TermsModel.Find(name);
        using CompiledEncoder model = Load(name, threads: 2);
        int[][] texts = [.. Texts().Take(3)];
        float[][] weights = [.. model.EmbedSparse(texts, cancellationToken: Token).Select(Dense)];
        double[][] exact = Evaluate(roundsActivations: false);
        double error = LogitErrors.Of(weights, exact).RootMeanSquare;
        double cost = golden.Mix.Usual == "Q8_0"
            ? LogitErrors.Of([.. Evaluate(roundsActivations: true).Select(Rounded)], exact).RootMeanSquare
            : 0;
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {error:E1}; cost of rounding to 8 bits: {cost:E1}");
        error.ShouldBeLessThan(LogitBounds.Float + cost * EncoderFormatTests.FactorOf(golden.Mix.Usual, model.Info.InstructionSet));
        exact[0].ShouldContain(0);
        exact.ShouldAllBe(row => row.Any(weight => weight > 0.5));

        double[][] Evaluate(bool roundsActivations) =>
            [.. texts.Select(text => TermsModel.Weights(golden, model.Info.ContextLength, text, roundsActivations))];

        static float[] Rounded(double[] row) => [.. row.Select(weight => (float)weight)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TextsTogetherGiveWhatEachGivesAlone(string name)
    {
        (int, int)[][] expected = Alone(name, Texts());
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using CompiledEncoder model = Load(name, threads);
            model.EmbedSparse(Texts(), cancellationToken: Token).Select(Bits).ShouldBe(expected);
            model.EmbedSparse([.. Texts().Reverse()], cancellationToken: Token).Select(Bits).Reverse().ShouldBe(expected);
        }
    }

    /// <summary>Callers that want vectors and callers that want terms take turns, and neither gets what the other wants.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task CallsOfBothKindsAtTheSameTimeGiveTheSame(string name)
    {
        int[][] texts = [.. Texts().Take(8)];
        (int, int)[][] terms = Alone(name, texts);
        using CompiledEncoder model = Load(name, threads: 2);
        int[][] vectors = [.. texts.Select(text => Logits.Bits(model.VectorsOf([text])[0]))];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    int skipped = (caller + round) % texts.Length;
                    if (caller % 2 == 0)
                    {
                        model.EmbedSparse([.. texts.Skip(skipped)], cancellationToken: Token).Select(Bits).ShouldBe(terms.Skip(skipped));
                    }
                    else
                    {
                        model.VectorsOf([.. texts.Skip(skipped)]).Select(vector => Logits.Bits(vector)).ShouldBe(vectors.Skip(skipped));
                    }
                }
            },
            Token)));
    }

    /// <summary>The last strip of a vocabulary may have fewer rows than others: there are no terms behind.</summary>
    [Fact]
    public void AVocabularyNeedNotBeWholeStrips()
    {
        const int Fewer = DecoderWriter.VocabularySize - 5;
        GoldenModel golden = TermsModel.Find("terms-bert-F32");

        // Nothing else in it is as long as the vocabulary.
        byte[] file = DecoderWriter.Write(golden.Preset with { Hidden = 96 }, golden.Mix);
        byte[] fewer = GgufEdit.Of(file)
            .Set(writer => DecoderVocabulary.AddTo(writer.AddUInt32("bert.vocab_size", Fewer), Fewer))
            .Reshape(shape => [.. shape.Select(dimension => dimension == DecoderWriter.VocabularySize ? Fewer : dimension)])
            .ToArray();
        int[][] texts = [.. Texts().Select(text => text.Select(id => id % Fewer).ToArray())];
        (int Id, int Weight)[][] terms = Evaluate("whole.gguf", file);
        terms.ShouldContain(ofText => ofText.Any(term => term.Id >= Fewer));
        Evaluate("fewer.gguf", fewer).ShouldBe(terms.Select(ofText => ofText.Where(term => term.Id < Fewer).ToArray()));

        (int Id, int Weight)[][] Evaluate(string name, byte[] content)
        {
            using CompiledEncoder model = ModelCompiler.Compile(TemporaryFiles.Write(name, content)).LoadEncoder();
            return [.. model.EmbedSparse(texts, cancellationToken: Token).Select(Bits)];
        }
    }

    [Fact]
    public void FewerTermsAreThoseOfTheLargestWeights()
    {
        using CompiledEncoder model = Load("terms-bert-F32", threads: 1);
        int[] text = Texts()[2];
        (int Id, float Weight)[] all = Terms(model.EmbedSparse([text], cancellationToken: Token)[0]);
        foreach (int most in new[] { 1, 5, all.Length, all.Length + 1 })
        {
            (int, float)[] expected = [.. all.OrderByDescending(term => term.Weight).Take(most).OrderBy(term => term.Id)];
            Terms(model.EmbedSparse([text], new SparseEmbeddingOptions { MaxTerms = most }, Token)[0]).ShouldBe(expected);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => model.EmbedSparse([text], new SparseEmbeddingOptions { MaxTerms = 0 }, Token))
            .Message.ShouldContain("MaxTerms must be 1 or more");
    }

    [Fact]
    public void AStringIsItsIdsBehindThePrefixAndMayBeCut()
    {
        using CompiledEncoder model = Load("terms-modern-bert-F32", threads: 1);
        var options = new SparseEmbeddingOptions { Prefix = "query: ", LongText = LongText.Truncate };
        string text = string.Concat(Enumerable.Repeat("a text of letters ", 40));
        int[] ids = [.. model.Tokenizer.EncodeToIds("query: " + text)];
        ids.Length.ShouldBeGreaterThan(model.Info.ContextLength);
        (int, int)[] expected = Bits(model.EmbedSparse([ids[..model.Info.ContextLength]], cancellationToken: Token)[0]);
        Bits(model.EmbedSparse(text, options, Token)).ShouldBe(expected);
        Bits(model.EmbedSparse([text, "b"], options, Token)[0]).ShouldBe(expected);
        Should.Throw<ArgumentException>(() => model.EmbedSparse(text, cancellationToken: Token)).Message
            .ShouldContain("set LongText to Truncate");
    }

    [Fact]
    public void AModelWithoutSuchAHeadNamesItsTensors()
    {
        using CompiledEncoder model = GoldenModel.Find("bert").Compile().LoadEncoder();
        Should.Throw<InvalidOperationException>(() => model.EmbedSparse("a", cancellationToken: Token)).Message
            .ShouldContain("cls.weight and cls.norm.weight");
        Should.Throw<InvalidOperationException>(() => model.EmbedSparse([[1]], cancellationToken: Token)).Message
            .ShouldContain(nameof(CompiledEncoder.Embed));
    }

    private static CompiledEncoder Load(string name, int threads) =>
        TermsModel.Find(name).Compile().LoadEncoder(options: new LoadOptions { ThreadCount = threads });

    private static (int Id, int Weight)[][] Alone(string name, int[][] texts)
    {
        using CompiledEncoder model = Load(name, threads: 1);
        return [.. texts.Select(text => Bits(model.EmbedSparse([text], cancellationToken: Token)[0]))];
    }

    private static (int Id, int Weight)[] Bits(SparseEmbedding embedding) =>
        [.. Terms(embedding).Select(term => (term.Id, BitConverter.SingleToInt32Bits(term.Weight)))];

    private static (int Id, float Weight)[] Terms(SparseEmbedding embedding) =>
        [.. embedding.Indices.ToArray().Zip(embedding.Weights.ToArray())];

    private static float[] Dense(SparseEmbedding embedding)
    {
        float[] weights = new float[DecoderWriter.VocabularySize];
        foreach ((int id, float weight) in Terms(embedding))
        {
            weights[id] = weight;
        }

        return weights;
    }

    private static int[][] Texts() => [.. Lengths.Select((length, index) =>
    {
        RepeatableRandom random = new($"terms/{index}");
        return Enumerable.Range(0, length).Select(_ => random.Next(DecoderWriter.VocabularySize)).ToArray();
    })];
}
