namespace ModelGen.Sampling;

/// <summary>
/// Makes tokens less likely that stand among the last tokens of the text, be it prompt or answer. All three penalties are off until they
/// are set.
/// </summary>
public sealed record PenaltyOptions
{
    /// <summary>
    /// A logit above 0 is divided by this, another one multiplied by it: above 1 repeats less, below 1 repeats more. Above 0; default 1,
    /// which changes nothing. (Keskar et al. 2019, "CTRL: A Conditional Transformer Language Model for Controllable Generation",
    /// https://arxiv.org/abs/1909.05858.)
    /// </summary>
    public float Repetition { get; init; } = 1;

    /// <summary>Subtracted from a logit for each time that the token stands there. Any finite number; default 0.</summary>
    public float Frequency { get; init; }

    /// <summary>Subtracted from a logit once, however often the token stands there. Any finite number; default 0.</summary>
    public float Presence { get; init; }

    /// <summary>How many of the last tokens are looked at, at least 1; null: all. Default 64.</summary>
    public int? LastTokens { get; init; } = 64;

    /// <summary>Whether nothing is penalised.</summary>
    internal bool IsOff => Repetition == 1 && Frequency == 0 && Presence == 0;

    internal void Validate()
    {
        OptionChecks.Require(
            float.IsFinite(Repetition) && Repetition > 0, Repetition, "Penalties.Repetition is a finite number above 0; 1 turns it off.");
        OptionChecks.Require(float.IsFinite(Frequency), Frequency, "Penalties.Frequency is a finite number; 0 turns it off.");
        OptionChecks.Require(float.IsFinite(Presence), Presence, "Penalties.Presence is a finite number; 0 turns it off.");
        OptionChecks.RequireLastTokens(LastTokens, "Penalties.LastTokens");
    }
}
