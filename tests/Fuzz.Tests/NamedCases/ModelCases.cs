using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>Models whose settings and tensors do not fit together: the diagnostics that users read.</summary>
public sealed class ModelCases
{
    [Theory]
    [InlineData(47)]
    [InlineData(49)]
    public void VocabulariesThatDisagreeWithTheEmbedding(int tokens)
    {
        string[] problems = Problems(writer => writer.AddStrings("tokenizer.ggml.tokens", Enumerable.Range(0, tokens).Select(i => $"t{i}")));
        problems.ShouldContain($"tensor 'token_embd.weight' has shape [16, 48] where the metadata ask for [16, {tokens}]");
    }

    [Fact]
    public void AVocabularySizeThatDisagreesWithTheTokens() => Problems(writer => writer.AddUInt32("llama.vocab_size", 1 << 20))
        .ShouldContain("metadata key 'llama.vocab_size' is 1048576, but the tokenizer has 48 tokens");

    [Theory]
    [InlineData("expert_count", uint.MaxValue)]
    [InlineData("expert_count", 1u << 31)]
    [InlineData("expert_used_count", uint.MaxValue)]
    [InlineData("expert_shared_count", 1u << 30)]
    [InlineData("expert_feed_forward_length", uint.MaxValue)]
    public void ExpertCountsThatOverflow(string key, uint count) => Problems(writer => writer.AddUInt32("llama." + key, count))
        .ShouldContain($"the model asks for llama.{key} = {count}, which is not supported");

    [Theory]
    [InlineData("block_count", uint.MaxValue)]
    [InlineData("embedding_length", uint.MaxValue)]
    [InlineData("feed_forward_length", 0u)]
    [InlineData("attention.head_count", uint.MaxValue)]
    [InlineData("attention.head_count_kv", 0u)]
    [InlineData("context_length", uint.MaxValue)]
    public void SizesThatNoModelHas(string key, uint value) => Problems(writer => writer.AddUInt32("llama." + key, value))
        .ShouldContain($"metadata key 'llama.{key}' must be from 1 to 16777216, not {value}");

    private static string[] Problems(Action<GgufWriter> change)
    {
        byte[] file = GgufEdit.Of(SeedModels.Smallest.ToArray()).Set(change).ToArray();
        Recognition recognition = Architecture.Recognise(SeedModels.ReadHeader(file));
        recognition.Spec.ShouldBeNull();
        return [.. recognition.Problems.Select(problem => problem.Message)];
    }
}
