using System;

namespace ModelGen.Kernels.Harness;

/// <summary>What a run of floats holds.</summary>
public enum FloatKind
{
    /// <summary>Both signs, around one.</summary>
    Usual,

    /// <summary>Magnitudes from 10⁻¹² to 10⁶ side by side.</summary>
    Wide,

    /// <summary>Mostly zeros of both signs.</summary>
    Sparse,

    /// <summary>One value everywhere.</summary>
    Constant,
}

/// <summary>Random floats of a kind.</summary>
internal static class FloatValues
{
    public static float[] Create(Random random, int count, FloatKind kind)
    {
        var values = new float[count];
        Fill(random, values, kind);
        return values;
    }

    public static void Fill(Random random, Span<float> values, FloatKind kind)
    {
        float constant = Signed(random);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = kind switch
            {
                FloatKind.Usual => Signed(random),
                FloatKind.Wide => Signed(random) * MathF.Pow(10f, random.Next(-12, 7)),
                FloatKind.Sparse => random.Next(8) == 0 ? Signed(random) : random.Next(2) == 0 ? -0f : 0f,
                _ => constant,
            };
        }
    }

    private static float Signed(Random random) => (random.NextSingle() - 0.5f) * 4f;
}
