using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>
/// Sharpens the distribution where many candidates share the probability: all logits are multiplied by β = max(1, a polynomial of the
/// candidates' entropy), besides the division by <see cref="GenerationOptions.Temperature"/>; set that to 1 for β alone. (Veličković et al.
/// 2024, "softmax is not enough (for sharp out-of-distribution)", https://arxiv.org/abs/2410.01104.)
/// </summary>
public sealed record AdaptiveTemperatureOptions
{
    /// <summary>
    /// The polynomial of the entropy in nats, the highest power first, at least one finite number. The paper fitted its own, the default, to a
    /// small model: −0.037 H⁴ + 0.481 H³ − 2.3 H² + 4.917 H − 1.791.
    /// </summary>
    public IReadOnlyList<float> Coefficients { get; init; } = [-0.037f, 0.481f, -2.3f, 4.917f, -1.791f];

    /// <summary>Up to this entropy, in nats, β is 1; at least 0. Default 0.5, as in the paper.</summary>
    public float MinEntropy { get; init; } = 0.5f;

    internal void Validate()
    {
        OptionChecks.RequireList(Coefficients, "AdaptiveTemperature.Coefficients");
        OptionChecks.Require(
            Coefficients.Count > 0, Coefficients.Count, "AdaptiveTemperature.Coefficients has at least one number, the highest power's first.");
        foreach (float coefficient in Coefficients)
        {
            OptionChecks.Require(float.IsFinite(coefficient), coefficient, "AdaptiveTemperature.Coefficients are finite numbers.");
        }

        OptionChecks.Require(
            float.IsFinite(MinEntropy) && MinEntropy >= 0, MinEntropy, "AdaptiveTemperature.MinEntropy is a finite number of at least 0.");
    }
}
