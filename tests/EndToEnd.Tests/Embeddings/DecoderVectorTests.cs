using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>Vectors and scores of models that were made as decoders.</summary>
public sealed class DecoderVectorTests
{
    private const double Tolerance = 1e-4;

    private static readonly TinyModel Decoder = new()
    {
        Name = "vectors", Architecture = "qwen3", Seed = 71, Embedding = 48, Heads = 6, KeyValueHeads = 2, Hidden = 57, Vocabulary = 67,
        ContextLength = 300, IsTied = true,
    };

    private static readonly int[] Text = [.. Enumerable.Range(0, 250).Select(i => 3 + i * 7 % 60)];

    private static readonly EmbeddingOptions AsTheyAre = new() { Normalize = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The head is tied: an embedding times a vector is a logit.</summary>
    [Fact]
    public void VectorsAreWhatLogitsAreMadeOf()
    {
        TinyModel embedder = Decoder with { Name = "vectors-last", Pooling = (int)Pooling.Last };
        double[][] logits = new ReferenceModel(TinyFiles.PathOf(Decoder), quantizesActivations: false, Decoder.ContextLength).Evaluate(Text);
        float[][] embeddings = Embeddings(embedder);
        using CompiledEncoder model = ModelCompiler.Compile(embedder).LoadEncoder();
        TokenEmbeddings vectors = model.EmbedTokens(Text, AsTheyAre, Token);
        foreach (int token in new[] { 0, 1, 191, 192, Text.Length - 1 })
        {
            double[] expected = logits[token];
            for (int id = 0; id < embeddings.Length; id++)
            {
                double logit = embeddings[id].Zip(vectors[token].ToArray(), (e, v) => (double)e * v).Sum();
                logit.ShouldBe(expected[id], Tolerance * Math.Max(1, Math.Abs(expected[id])));
            }
        }

        model.Pooling.ShouldBe(Pooling.Last);
        model.Embed([Text], AsTheyAre, Token)[0].ShouldBe(vectors[Text.Length - 1].ToArray());
    }

    [Fact]
    public void ATokenSeesNoneBehindIt()
    {
        using CompiledEncoder model = ModelCompiler.Compile(Decoder with { Name = "vectors-last", Pooling = (int)Pooling.Last }).LoadEncoder();
        float[] all = model.EmbedTokens(Text, AsTheyAre, Token).Vectors.ToArray();
        foreach (int length in new[] { 1, 100, 193 })
        {
            model.EmbedTokens(Text[..length], AsTheyAre, Token).Vectors.ToArray().ShouldBe(all[..(length * model.VectorLength)]);
        }
    }

    [Fact]
    public void ScoresAreProbabilitiesOfTheFirstLabel()
    {
        TinyModel ranker = Decoder with { Name = "vectors-rank", Pooling = 4, Labels = 2 };
        using CompiledEncoder model = ModelCompiler.Compile(ranker).LoadEncoder();
        float[] vector = model.Embed([Text], AsTheyAre, Token)[0];
        float[][] labels = Matrix(ranker, "cls.output.weight");
        double[] exponentials = [.. labels.Select(row => Math.Exp(row.Zip(vector, (w, x) => (double)w * x).Sum()))];

        float[] scores = model.Rank([Text, Text[..7], Text], cancellationToken: Token);
        ((double)scores[0]).ShouldBe(exponentials[0] / exponentials.Sum(), 1e-6);
        scores[2].ShouldBe(scores[0]);
        model.Rank([Text[..7]], cancellationToken: Token)[0].ShouldBe(scores[1]);
        Should.Throw<InvalidOperationException>(() => model.Rank("query", "document", cancellationToken: Token)).Message.ShouldContain("prompt");
    }

    [Fact]
    public void AModelWithoutSuchAHeadDoesNotRank()
    {
        using CompiledEncoder model = ModelCompiler.Compile(Decoder with { Name = "vectors-last", Pooling = (int)Pooling.Last }).LoadEncoder();
        Should.Throw<InvalidOperationException>(() => model.Rank([Text], cancellationToken: Token)).Message.ShouldContain("no head");
        Should.Throw<InvalidOperationException>(() => model.Rank("query", "document", cancellationToken: Token)).Message.ShouldContain("no head");
    }

    private static float[][] Embeddings(TinyModel model) => Matrix(model, "token_embd.weight");

    /// <summary>The rows of a matrix of floats.</summary>
    private static float[][] Matrix(TinyModel model, string name)
    {
        string path = TinyFiles.PathOf(model);
        GgufHeader header = GgufHeaderReader.ReadFile(path).Header;
        GgufTensor tensor = header.Tensors.First(candidate => candidate.Name == name);
        int start = (int)(header.DataOffset + tensor.Offset);
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path).AsSpan(start, (int)tensor.ElementCount * sizeof(float));
        return [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Chunk((int)tensor.Shape[0])];
    }
}
