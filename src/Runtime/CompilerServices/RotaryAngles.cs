using System;
using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>Sines and cosines of the rotary position embedding (Su et al. 2021, RoFormer).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class RotaryAngles
{
    /// <summary>
    /// Fills the row of factors by which the rotation kernel of adjacent pairs multiplies a head at <paramref name="position"/>: first
    /// cos θᵢ twice a pair, then -sin θᵢ, sin θᵢ a pair, with θᵢ = position · frequencies[i]. Computed in double precision, because a
    /// float angle at position 100,000 is off by 0.004.
    /// </summary>
    /// <param name="row">Receives 4 · frequencies.Length floats.</param>
    /// <param name="position">Position of the token.</param>
    /// <param name="frequencies">Angle a position, one a pair.</param>
    /// <param name="factors">What the frequencies are divided by, one a pair; null where that is 1.</param>
    /// <param name="magnitude">Factor of cosines and sines (YaRN, Peng et al. 2023).</param>
    public static void FillAdjacent(float* row, int position, ReadOnlySpan<double> frequencies, float* factors, float magnitude)
    {
        float* cosines = row;
        float* sines = row + 2 * frequencies.Length;
        for (int i = 0; i < frequencies.Length; i++)
        {
            (float sine, float cosine) = Turn(position, frequencies[i], factors, i, magnitude);
            cosines[2 * i] = cosine;
            cosines[2 * i + 1] = cosine;
            sines[2 * i] = -sine;
            sines[2 * i + 1] = sine;
        }
    }

    /// <summary>
    /// Fills the row of factors by which the rotation kernel of halves multiplies a head at <paramref name="position"/>: cos θᵢ of all pairs,
    /// then sin θᵢ of all pairs; else as <see cref="FillAdjacent"/>.
    /// </summary>
    /// <param name="row">Receives 2 · frequencies.Length floats.</param>
    /// <param name="position">Position of the token.</param>
    /// <param name="frequencies">Angle a position, one a pair.</param>
    /// <param name="factors">What the frequencies are divided by, one a pair; null where that is 1.</param>
    /// <param name="magnitude">Factor of cosines and sines.</param>
    public static void FillHalves(float* row, int position, ReadOnlySpan<double> frequencies, float* factors, float magnitude)
    {
        for (int i = 0; i < frequencies.Length; i++)
        {
            (float sine, float cosine) = Turn(position, frequencies[i], factors, i, magnitude);
            row[i] = cosine;
            row[frequencies.Length + i] = sine;
        }
    }

    private static (float Sine, float Cosine) Turn(int position, double frequency, float* factors, int pair, float magnitude)
    {
        (double sine, double cosine) = Math.SinCos(position * (factors == null ? frequency : frequency / factors[pair]));
        return ((float)(sine * magnitude), (float)(cosine * magnitude));
    }
}
