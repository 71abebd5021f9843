using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.Extensions.AI;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Embeddings;

/// <summary>An encoder as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
public sealed class EmbeddingGeneratorTests : IDisposable
{
    private static readonly string[] Texts = ["hello", "abc", "", "a b c d e"];

    private readonly FakeEncoder _model = FakeEncoder.Load();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task AnswersAreTheModelsVectors()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> answer = await generator.GenerateAsync(Texts, cancellationToken: Token);
        answer.Count.ShouldBe(Texts.Length);
        for (int i = 0; i < Texts.Length; i++)
        {
            answer[i].Vector.ToArray().ShouldBe(Mean(_model.Tokenizer.EncodeToIds(Texts[i]), FakeEncoder.Length), 1e-6);
            answer[i].Vector.ToArray().ShouldBe(Embed(Texts[i]));
            answer[i].ModelId.ShouldBe(FakeEncoder.Name);
            answer[i].CreatedAt.ShouldNotBeNull();
        }

        (await generator.GenerateAsync([], cancellationToken: Token)).ShouldBeEmpty();
        (await generator.GenerateVectorAsync("hello", cancellationToken: Token)).ToArray().ShouldBe(Embed("hello"));
    }

    [Fact]
    public async Task UsageCountsTheTokensThatWereRead()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator(new EmbeddingOptions { LongText = LongText.Truncate });
        string longText = string.Concat(Enumerable.Repeat("hello ", FakeEncoder.Context));
        _model.Tokenizer.CountTokens(longText).ShouldBeGreaterThan(FakeEncoder.Context);
        UsageDetails usage = (await generator.GenerateAsync([.. Texts, longText], cancellationToken: Token)).Usage.ShouldNotBeNull();
        usage.InputTokenCount.ShouldBe(Texts.Sum(text => _model.Tokenizer.CountTokens(text)) + FakeEncoder.Context);
        usage.TotalTokenCount.ShouldBe(usage.InputTokenCount);
        usage.OutputTokenCount.ShouldBeNull();
    }

    [Fact]
    public async Task OptionsOfACallTakeThePlaceOfTheGenerators()
    {
        EmbeddingOptions prefixed = new() { Prefix = "abc ", Dimensions = 5 };
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator(prefixed);
        (await generator.GenerateVectorAsync("hello", cancellationToken: Token)).ToArray().ShouldBe(Embed("hello", prefixed));

        float[] three = (await generator.GenerateVectorAsync("hello", new EmbeddingGenerationOptions { Dimensions = 3 }, Token)).ToArray();
        three.ShouldBe(Mean(_model.Tokenizer.EncodeToIds("abc hello"), 3), 1e-6);

        EmbeddingOptions raw = new() { Normalize = false };
        EmbeddingGenerationOptions factory = new() { RawRepresentationFactory = given => ReferenceEquals(given, generator) ? raw : null };
        (await generator.GenerateVectorAsync("hello", factory, Token)).ToArray().ShouldBe(Embed("hello", raw));
        factory.Dimensions = 2;
        (await generator.GenerateVectorAsync("hello", factory, Token)).ToArray().ShouldBe(Embed("hello", raw with { Dimensions = 2 }));
    }

    [Fact]
    public void ServicesAreTheModelAndTheMetadata()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator();
        generator.GetService(typeof(CompiledEncoder)).ShouldBeSameAs(_model);
        generator.GetService(typeof(FakeEncoder)).ShouldBeSameAs(_model);
        generator.GetService(typeof(IEmbeddingGenerator<string, Embedding<float>>)).ShouldBeSameAs(generator);
        generator.GetService(typeof(CompiledEncoder), "key").ShouldBeNull();
        generator.GetService(typeof(string)).ShouldBeNull();
        EmbeddingGeneratorMetadata metadata = generator.GetService<EmbeddingGeneratorMetadata>().ShouldNotBeNull();
        (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions).ShouldBe(("modelgen", FakeEncoder.Name, FakeEncoder.Length));
        using IEmbeddingGenerator<string, Embedding<float>> shorter = _model.AsIEmbeddingGenerator(new EmbeddingOptions { Dimensions = 4 });
        shorter.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions.ShouldBe(4);
    }

    [Fact]
    public async Task WhoOwnsTheModelDisposesIt()
    {
        _model.AsIEmbeddingGenerator().Dispose();
        Embed("hello").Length.ShouldBe(FakeEncoder.Length);
        IEmbeddingGenerator<string, Embedding<float>> owner = _model.AsIEmbeddingGenerator(ownsModel: true);
        owner.Dispose();
        Should.Throw<ObjectDisposedException>(() => Embed("hello"));
        await Should.ThrowAsync<ObjectDisposedException>(() => owner.GenerateAsync(["hello"], cancellationToken: Token));
    }

    [Fact]
    public async Task WrongInputIsAnError()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _model.AsIEmbeddingGenerator(new EmbeddingOptions { Dimensions = 9 }));
        Should.Throw<ArgumentOutOfRangeException>(() => _model.AsIEmbeddingGenerator(new EmbeddingOptions { Dimensions = 0 }));
        Should.Throw<ArgumentNullException>(() => CompiledEncoderExtensions.AsIEmbeddingGenerator(null!));
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator();
        await Should.ThrowAsync<ArgumentNullException>(() => generator.GenerateAsync(null!, cancellationToken: Token));
        await Should.ThrowAsync<ArgumentNullException>(() => generator.GenerateAsync([null!], cancellationToken: Token));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 9 }, Token));
    }

    /// <summary>The call returns before the model computes, and what computes stops when it is told to.</summary>
    [Fact]
    public async Task CallsReturnAtOnceAndStopWhenCancelled()
    {
        using CancellationTokenSource source = new();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim goOn = new();
        using IEmbeddingGenerator<string, Embedding<float>> generator = FakeEncoder
            .Load(beforeEvaluation: () =>
            {
                started.Set();
                goOn.Wait(Token);
            })
            .AsIEmbeddingGenerator(ownsModel: true);
        Task call = generator.GenerateAsync(Texts, cancellationToken: source.Token);
        started.Wait(Token);
        call.IsCompleted.ShouldBeFalse();
        await source.CancelAsync();
        goOn.Set();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        call.IsCanceled.ShouldBeTrue();
        await Should.ThrowAsync<OperationCanceledException>(() => generator.GenerateAsync(Texts, cancellationToken: source.Token));
    }

    [Fact]
    public void QueriesAndDocumentsHaveTheirPrefixes()
    {
        using FakeEncoder model = FakeEncoder.Load(new LoadOptions { QueryPrefix = "abc ", DocumentPrefix = "hello " });
        model.EmbedQuery("de", cancellationToken: Token).ShouldBe(Embed("abc de"));
        model.EmbedDocuments(["de", "lo"], cancellationToken: Token).ShouldBe([Embed("hello de"), Embed("hello lo")]);
        model.EmbedQuery("de", new EmbeddingOptions { Prefix = "" }, Token).ShouldBe(Embed("de"));
        _model.EmbedQuery("de", cancellationToken: Token).ShouldBe(Embed("de"));
    }

    private float[] Embed(string text, EmbeddingOptions? options = null) => _model.Embed(text, options, Token);

    // The mean of the tokens' vectors, cut and normalised.
    private static float[] Mean(IReadOnlyList<int> ids, int dimensions)
    {
        double[] mean = [.. Enumerable.Range(0, dimensions).Select(
            index => ids.Select((id, position) => (double)FakeEncoder.Element(id, position, index)).Average())];
        double norm = Math.Sqrt(mean.Sum(element => element * element));
        return [.. mean.Select(element => (float)(element / norm))];
    }
}
