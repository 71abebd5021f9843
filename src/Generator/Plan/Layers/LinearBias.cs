using System;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>The slopes of attention with linear biases (Press et al. 2022).</summary>
internal static class LinearBias
{
    /// <summary>
    /// Head h of H has the slope 2^(-maxBias · (h + 1) / H) where H is a power of two. Else the first P heads, P being the power of two below H,
    /// have those of P heads, and the others every second one of 2P heads, from the first on.
    /// </summary>
    /// <param name="maxBias">The largest exponent; 0: no biases.</param>
    /// <param name="heads">Query heads.</param>
    /// <returns>A slope a head; none where there are no biases.</returns>
    public static EquatableArray<float> Slopes(float maxBias, int heads)
    {
        if (maxBias == 0)
        {
            return Array.Empty<float>().ToEquatableArray();
        }

        int power = 1;
        while (power * 2 <= heads)
        {
            power *= 2;
        }

        return Enumerable.Range(0, heads)
            .Select(head => (float)Math.Pow(2, -maxBias * (head < power ? head + 1 : head - power + 0.5) / power))
            .ToEquatableArray();
    }
}
