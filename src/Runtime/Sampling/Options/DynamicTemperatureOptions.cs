namespace ModelGen.Sampling;

/// <summary>
/// A temperature that follows how sure the model is: from Temperature − Range, but at least 0, where it has no doubt, to
/// Temperature + Range where all candidates are as likely as each other. In between it goes by (entropy / highest possible entropy) ^
/// Exponent of the candidates.
/// </summary>
public sealed record DynamicTemperatureOptions
{
    /// <summary>How far the temperature goes up and down, at least 0. Default 0.5; 0 leaves it where it is.</summary>
    public float Range { get; init; } = 0.5f;

    /// <summary>Above 1 the temperature stays low for longer, below 1 it rises earlier; above 0. Default 1.</summary>
    public float Exponent { get; init; } = 1;

    internal void Validate()
    {
        OptionChecks.Require(float.IsFinite(Range) && Range >= 0, Range, "DynamicTemperature.Range is a finite number of at least 0.");
        OptionChecks.Require(
            float.IsFinite(Exponent) && Exponent > 0, Exponent, "DynamicTemperature.Exponent is a finite number above 0.");
    }
}
