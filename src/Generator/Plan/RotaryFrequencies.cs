using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>A rotary embedding with its table of angles.</summary>
/// <param name="Field">Name of the table.</param>
/// <param name="Spec">The embedding.</param>
/// <param name="Frequencies">Angle of each pair a position.</param>
/// <param name="FactorsOffset">Bytes of the factors that divide the angles from the start of the weights, or null.</param>
internal sealed record RotaryPlan(string Field, RotarySpec Spec, EquatableArray<double> Frequencies, long? FactorsOffset);

/// <summary>The angles of a rotary embedding.</summary>
internal static class RotaryFrequencies
{
    /// <summary>The angle of each pair a position, in turns' order: Base^(-2i / Dimensions), scaled for a longer context.</summary>
    public static EquatableArray<double> Of(RotarySpec rotary) =>
        Enumerable.Range(0, rotary.Dimensions / 2).Select(pair => Frequency(rotary, pair)).ToEquatableArray();

    private static double Frequency(RotarySpec rotary, int pair)
    {
        double frequency = Math.Pow(rotary.Base, -2.0 * pair / rotary.Dimensions);
        RotaryScaling scaling = rotary.Scaling;
        double divided = frequency / scaling.Factor;
        if (scaling.Yarn is not YarnSpec yarn)
        {
            return divided;
        }

        // Pairs up to low keep their angle, those from high on are divided (Peng et al. 2023, equation 20 ff.).
        double low = Math.Max(0, Math.Floor(PairOfTurns(rotary, yarn.BetaFast)));
        double high = Math.Min(rotary.Dimensions - 1, Math.Ceiling(PairOfTurns(rotary, yarn.BetaSlow)));
        double ramp = Math.Min(1, Math.Max(0, (pair - low) / Math.Max(0.001, high - low)));
        return frequency * (1 - ramp) + divided * ramp;
    }

    /// <summary>The pair, as a real number, that turns so many times within the original context.</summary>
    private static double PairOfTurns(RotarySpec rotary, float turns) =>
        rotary.Dimensions * Math.Log(rotary.Scaling.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));
}
