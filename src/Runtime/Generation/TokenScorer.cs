using System;

namespace ModelGen.Generation;

/// <summary>Says how likely tokens are in the model's own distribution. One thread at a time.</summary>
/// <param name="tokenizer">Gives the texts of alternatives.</param>
/// <param name="alternatives">How many alternatives are wanted.</param>
internal sealed class TokenScorer(Tokenizer tokenizer, int alternatives)
{
    private readonly LikeliestTokens? _likeliest = alternatives > 0 ? new(int.Min(alternatives, tokenizer.VocabularySize)) : null;

    /// <summary>How likely a token is after logits.</summary>
    /// <param name="logits">The model's, as they are.</param>
    /// <param name="id">The token.</param>
    /// <exception cref="ModelGenException">The logits are not numbers.</exception>
    public TokenScore Score(ReadOnlySpan<float> logits, int id)
    {
        double normalizer = LogSumExp.Of(logits);
        return double.IsFinite(normalizer)
            ? new TokenScore(Probability(logits[id], normalizer), Alternatives(logits, normalizer))
            : throw new ModelGenException(
                "The model's logits are not numbers, so that no token has a probability: its weights are damaged or its numbers overflow; "
                + "check the model file with another program or use another quantisation.");
    }

    // Rounding may put the only likely token a little above certainty.
    private static double Probability(float logit, double normalizer) => double.Min(logit - normalizer, 0);

    private TokenAlternative[]? Alternatives(ReadOnlySpan<float> logits, double normalizer)
    {
        if (_likeliest is null)
        {
            return null;
        }

        // Rows that pad the output head count in the distribution, but are no tokens.
        ReadOnlySpan<int> ids = _likeliest.Of(logits[..int.Min(logits.Length, tokenizer.VocabularySize)]);
        TokenAlternative[] all = new TokenAlternative[ids.Length];
        for (int index = 0; index < all.Length; index++)
        {
            int id = ids[index];
            all[index] = new TokenAlternative(id, tokenizer.Names[id], Probability(logits[id], normalizer));
        }

        return all;
    }
}
