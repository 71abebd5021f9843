namespace ModelGen.Sampling;

/// <summary>
/// Takes away the likeliest tokens, so that the text leaves the beaten track: where several are at least as likely as a threshold, only the
/// least likely of these stays, with all that are below it. ("Exclude top choices",
/// https://github.com/oobabooga/text-generation-webui/pull/6335.)
/// </summary>
public sealed record XtcOptions
{
    /// <summary>At how many of the tokens this happens, from 0 (never) to 1 (at each). Default 0.5.</summary>
    public float Probability { get; init; } = 0.5f;

    /// <summary>
    /// The probability that is likely enough, from 0 to 1; above 0.5 no two tokens have it, and nothing happens. Default 0.1.
    /// </summary>
    public float Threshold { get; init; } = 0.1f;

    internal void Validate()
    {
        OptionChecks.Require(Probability is >= 0 and <= 1, Probability, "Xtc.Probability is from 0 to 1; 0 turns it off.");
        OptionChecks.Require(Threshold is >= 0 and <= 1, Threshold, "Xtc.Threshold is from 0 to 1.");
    }
}
