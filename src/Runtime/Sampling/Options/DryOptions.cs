using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>
/// Makes a token less likely the longer the run of tokens is that it would repeat: Multiplier · Base ^ (length − AllowedLength) is
/// subtracted from its logit. ("Don't repeat yourself", https://github.com/oobabooga/text-generation-webui/pull/5677.)
/// </summary>
public sealed record DryOptions
{
    /// <summary>What is subtracted for a run of the allowed length, at least 0. Default 0.8; 0 turns it off.</summary>
    public float Multiplier { get; init; } = 0.8f;

    /// <summary>By how much more is subtracted for each further token, at least 1. Default 1.75.</summary>
    public float Base { get; init; } = 1.75f;

    /// <summary>The shortest run that counts, in tokens without the one that would go on with it, at least 1. Default 2.</summary>
    public int AllowedLength { get; init; } = 2;

    /// <summary>How many of the last tokens are looked at, prompt and answer, at least 1; null, the default: all.</summary>
    public int? LastTokens { get; init; }

    /// <summary>
    /// Texts that no run goes over, such as the mark between the turns of a conversation: what stands before one of them and in the token in
    /// which it ends is not counted, and a token that has one of them in its text is not made less likely. They count wherever they stand in
    /// tokens, and control tokens by the text of their name. Default: a line break, a colon, a quotation mark and an asterisk.
    /// </summary>
    public IReadOnlyList<string> SequenceBreakers { get; init; } = ["\n", ":", "\"", "*"];

    internal void Validate()
    {
        OptionChecks.Require(
            float.IsFinite(Multiplier) && Multiplier >= 0, Multiplier, "Dry.Multiplier is a finite number of at least 0; 0 turns it off.");
        OptionChecks.Require(float.IsFinite(Base) && Base >= 1, Base, "Dry.Base is a finite number of at least 1.");
        OptionChecks.Require(AllowedLength >= 1, AllowedLength, "Dry.AllowedLength is at least 1.");
        OptionChecks.RequireLastTokens(LastTokens, "Dry.LastTokens");
        OptionChecks.RequireTexts(SequenceBreakers, "Dry.SequenceBreakers", "it would stand everywhere, and nothing would be a repetition");
    }
}
