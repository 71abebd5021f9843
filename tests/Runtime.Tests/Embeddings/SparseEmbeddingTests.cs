using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Embeddings;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Embeddings;

/// <summary>What is made of the logits of terms.</summary>
public sealed class SparseEmbeddingTests
{
    private const double Tolerance = 1e-6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void AWeightIsTheLogarithmOfTheLargestLogitOfATextsTokens()
    {
        using FakeEncoder model = FakeEncoder.Load();
        int[][] texts = [[1], [3, 1, 4, 1, 5], [9]];
        SparseEmbedding[] embeddings = model.EmbedSparse(texts, cancellationToken: Token);
        for (int text = 0; text < texts.Length; text++)
        {
            (int Term, double Weight)[] expected =
            [
                .. Enumerable.Range(0, model.Info.VocabularySize)
                    .Select(term => (Term: term, Weight: WeightOf(texts[text], term)))
                    .Where(term => term.Weight > 0),
            ];
            embeddings[text].Count.ShouldBe(expected.Length);
            embeddings[text].Indices.ToArray().ShouldBe(expected.Select(term => term.Term));
            embeddings[text].Weights.ToArray().Select(weight => (double)weight).ShouldBe(expected.Select(term => term.Weight), Tolerance);
        }

        static double WeightOf(int[] text, int term) =>
            Math.Log(1 + Math.Max(0, text.Select((token, position) => (double)FakeEncoder.Logit(token, position, term)).Max()));
    }

    [Fact]
    public void OfEqualWeightsTheLowerIdIsKept()
    {
        SparseEmbedding kept = TermWeights.Of([0, 2, 1, 2, -1, 2, 3], maxTerms: 3);
        kept.Indices.ToArray().ShouldBe([1, 3, 6]);
        kept.Weights.ToArray().ShouldBe([MathF.Log(3), MathF.Log(3), MathF.Log(4)]);
        TermWeights.Of([0, 0, 0], maxTerms: 3).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void LogitsThatAreNoNumbersAreOneClearError(float logit, string text) =>
        Should.Throw<ModelGenException>(() => TermWeights.Of([1, 2, logit], maxTerms: null)).Message
            .ShouldContain($"The model's logit of token 2 is {text}: its weights are damaged");

    /// <summary>Texts of waiting callers go along with those of the one whose turn it is, and one's error is nothing to the others.</summary>
    [Fact]
    public async Task WhoseLogitsAreNoNumbersFailsAlone()
    {
        int[] text = [3, 1, 4];
        int evaluations = 0;
        using ManualResetEventSlim hasBegun = new();
        using ManualResetEventSlim mayGoOn = new();
        using FakeEncoder model = FakeEncoder.Load(beforeEvaluation: () =>
        {
            if (Interlocked.Increment(ref evaluations) == 1)
            {
                hasBegun.Set();
                mayGoOn.Wait(Token);
            }
        });
        int damaged = model.Info.VocabularySize - 1;
        Task<float[]> first = Started(() => Weights(model, text), out _);
        hasBegun.Wait(Token);
        Task<float[]> failing = Waiting(() => Weights(model, [1, damaged], [5, 5]));
        Task<float[]>[] others = [.. Enumerable.Range(0, 3).Select(_ => Waiting(() => Weights(model, text)))];
        mayGoOn.Set();
        (await Should.ThrowAsync<ModelGenException>(failing)).Message.ShouldContain("The model's logit of token 0 is NaN");
        float[] expected = await first;
        expected.ShouldNotBeEmpty();
        foreach (Task<float[]> other in others)
        {
            (await other).ShouldBe(expected);
        }

        evaluations.ShouldBeLessThan(5);
    }

    [Fact]
    public void AProductIsOfTermsThatBothHave()
    {
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            float[] first = Logits(random);
            float[] second = Logits(random);
            SparseEmbedding a = TermWeights.Of(first, maxTerms: null);
            SparseEmbedding b = TermWeights.Of(second, maxTerms: null);
            double expected = first.Zip(second, (x, y) => x > 0 && y > 0 ? Math.Log(1 + (double)x) * Math.Log(1 + (double)y) : 0).Sum();
            ((double)a.Dot(b)).ShouldBe(expected, Tolerance * (1 + expected));
            b.Dot(a).ShouldBe(a.Dot(b));
        }

        TermWeights.Of([0], maxTerms: null).Dot(TermWeights.Of([1], maxTerms: null)).ShouldBe(0);
        Should.Throw<ArgumentNullException>(() => TermWeights.Of([1], maxTerms: null).Dot(null!));
    }

    private static float[] Weights(FakeEncoder model, params int[][] texts) =>
        [.. model.EmbedSparse(texts, cancellationToken: Token)[0].Weights];

    private static Task<T> Started<T>(Func<T> call, out Thread thread)
    {
        TaskCompletionSource<T> source = new();
        thread = new Thread(() =>
        {
            try
            {
                source.SetResult(call());
            }
            catch (Exception error)
            {
                source.SetException(error);
            }
        });
        thread.Start();
        return source.Task;
    }

    /// <summary>A call that waits for its turn.</summary>
    private static Task<T> Waiting<T>(Func<T> call)
    {
        Task<T> task = Started(call, out Thread thread);
        SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        return task;
    }

    private static float[] Logits(Random random) => [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle() * 4 - 2)];
}
