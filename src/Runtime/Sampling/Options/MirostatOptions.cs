namespace ModelGen.Sampling;

/// <summary>
/// Keeps the text as surprising as is asked for: after each token, what may be drawn next is widened or narrowed by how surprising the
/// token was. It takes the place of the samplers that take tokens away (top-n-sigma to XTC); penalties and temperature come before it.
/// (Basu et al. 2020, "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity", https://arxiv.org/abs/2007.14966.)
/// </summary>
public sealed record MirostatOptions
{
    /// <summary>
    /// 1: the algorithm of the paper, which takes the most likely tokens, as many as fit the surprise by Zipf's law. 2, the default:
    /// takes all tokens that are not too surprising.
    /// </summary>
    public int Version { get; init; } = 2;

    /// <summary>How surprising a token is to be, in bits (τ of the paper), above 0. Default 5.</summary>
    public float TargetSurprise { get; init; } = 5;

    /// <summary>How quickly it follows, from 0 to 1 (η of the paper). Default 0.1.</summary>
    public float LearningRate { get; init; } = 0.1f;

    internal void Validate()
    {
        OptionChecks.Require(Version is 1 or 2, Version, "Mirostat.Version is 1 or 2; leave Mirostat null to turn it off.");
        OptionChecks.Require(
            float.IsFinite(TargetSurprise) && TargetSurprise > 0,
            TargetSurprise,
            "Mirostat.TargetSurprise is a finite number of bits above 0.");
        OptionChecks.Require(LearningRate is >= 0 and <= 1, LearningRate, "Mirostat.LearningRate is from 0 to 1.");
    }
}
