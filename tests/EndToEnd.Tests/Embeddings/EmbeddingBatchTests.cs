using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>What a text gives does not depend on the texts that are embedded with it, on threads, or on other calls, to the bit.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class EmbeddingBatchTests
{
    private const int Callers = 4;
    private const int Rounds = 3;

    // The last three are a full context each: none goes through together with another.
    private static readonly int[] Lengths = [1, 16, 64, 256, 300, 1, 192, 193, 191, 2, 511, 512, 7, 512, 512];

    // In floats and in 8 bits; windows, biases of distances, and experts.
    public static TheoryData<string> Names => ["bert", "bert-Q8_0", "modern-bert", "jina-bert-v2", "nomic-bert-moe-Q8_0", "gemma-embedding"];

    [Theory]
    [MemberData(nameof(Names))]
    public void TextsTogetherGiveWhatEachGivesAlone(string name)
    {
        int[][] expected = Alone(name, Texts());
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using CompiledEncoder model = Load(name, threads);
            Bits(model.VectorsOf(Texts())).ShouldBe(expected);
            Bits(model.VectorsOf([.. Texts().Reverse()])).Reverse().ShouldBe(expected);
        }
    }

    /// <summary>More short texts than there are pages for, and none at all.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ThereMayBeAnyNumberOfTexts(string name)
    {
        using CompiledEncoder model = Load(name, threads: 2);
        int[][] texts = [.. Enumerable.Range(0, 100).Select(seed => Text(seed, 1 + seed % 3))];
        Bits(model.VectorsOf(texts)).ShouldBe(Alone(name, texts));
        model.VectorsOf(new List<int[]>()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CallsAtTheSameTimeGiveTheSame(string name)
    {
        int[][] texts = [.. Texts().Take(10)];
        int[][] expected = Alone(name, texts);
        using CompiledEncoder model = Load(name, threads: 2);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    int skipped = (caller + round) % texts.Length;
                    Bits(model.VectorsOf([.. texts.Skip(skipped)])).ShouldBe(expected.Skip(skipped));
                }
            },
            TestContext.Current.CancellationToken)));
    }

    private static CompiledEncoder Load(string name, int threads) =>
        GoldenModel.Find(name).Compile().LoadEncoder(options: new LoadOptions { ThreadCount = threads });

    private static int[][] Alone(string name, int[][] texts)
    {
        using CompiledEncoder model = Load(name, threads: 1);
        return [.. texts.Select(text => Logits.Bits(model.VectorsOf([text])[0]))];
    }

    private static int[][] Texts() => [.. Lengths.Select((length, index) => Text(index, length))];

    private static int[] Text(int seed, int length)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(DecoderWriter.VocabularySize))];
    }

    private static IEnumerable<int[]> Bits(float[][] vectors) => vectors.Select(vector => Logits.Bits(vector));
}
