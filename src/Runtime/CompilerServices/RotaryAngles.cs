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
    public static void FillAdjacent(float* row, int position, ReadOnlySpan<double> frequencies, float* factors)
    {
        float* cosines = row;
        float* sines = row + 2 * frequencies.Length;
        for (int i = 0; i < frequencies.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos(Angle(position, frequencies[i], factors, i));
            cosines[2 * i] = (float)cosine;
            cosines[2 * i + 1] = (float)cosine;
            sines[2 * i] = -(float)sine;
            sines[2 * i + 1] = (float)sine;
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
    public static void FillHalves(float* row, int position, ReadOnlySpan<double> frequencies, float* factors)
    {
        for (int i = 0; i < frequencies.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos(Angle(position, frequencies[i], factors, i));
            row[i] = (float)cosine;
            row[frequencies.Length + i] = (float)sine;
        }
    }

    private static double Angle(int position, double frequency, float* factors, int pair) =>
        position * (factors == null ? frequency : frequency / factors[pair]);
}
