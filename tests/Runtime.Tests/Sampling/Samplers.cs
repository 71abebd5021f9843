using System;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Makes samplers of whole generations, for tests to which most of what they know does not matter.</summary>
internal static class Samplers
{
    private static readonly Tokenizer Tokenizer = TestVocabulary.OpenChat();

    public static TokenSampler Create(GenerationOptions options, int vocabularySize)
    {
        options.Validate(vocabularySize);
        return new TokenSampler(options, Tokenizer, vocabularySize, contextLength: 1000);
    }

    /// <summary>The next token of a text that is all prompt.</summary>
    public static int? Sample(this TokenSampler sampler, int[] text, float[] logits) => sampler.Sample(text, text.Length, logits);

    /// <summary>The first token of a text.</summary>
    public static int? Sample(this TokenSampler sampler, ReadOnlySpan<float> logits) => sampler.Sample([], 0, logits);
}
