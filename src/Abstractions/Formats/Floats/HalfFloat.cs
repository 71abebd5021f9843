namespace ModelGen.Formats;

/// <summary>IEEE 754 binary16 to binary32 and back without hardware, for .NET Standard 2.0.</summary>
internal static unsafe class HalfFloat
{
    /// <summary>Exact for every finite value; infinities and NaN stay what they are.</summary>
    public static float ToSingle(ushort half)
    {
        uint sign = (uint)(half & 0x8000) << 16;
        uint exponent = (uint)(half >> 10) & 0x1F;
        uint mantissa = (uint)half & 0x3FF;
        if (exponent == 31)
        {
            return FromBits(sign | 0x7F800000 | (mantissa << 13));
        }

        // With the exponent field moved unchanged the value is 2^-112 (the difference of the biases 127 and 15) of the right one,
        // for subnormals too.
        return FromBits(sign | (exponent << 23) | (mantissa << 13)) * FromBits((127 + 112) << 23);
    }

    /// <summary>The nearest half, of two equally near ones the even; beyond the largest one infinity.</summary>
    public static ushort FromSingle(float value)
    {
        uint bits = *(uint*)&value;
        uint sign = bits >> 16 & 0x8000;
        uint magnitude = bits & 0x7FFFFFFF;
        if (magnitude > 0x7F800000)
        {
            return (ushort)(sign | 0x7E00);
        }

        // From the middle between the largest half, 65504, and what would be the next one.
        if (magnitude >= 0x477FF000)
        {
            return (ushort)(sign | 0x7C00);
        }

        // Below the least normal half, 2^-14, the spacing is 2^-24: that of the floats from 0.5 on, so that an addition rounds.
        if (magnitude < 0x38800000)
        {
            float sum = FromBits(magnitude) + 0.5f;
            return (ushort)(sign | (*(uint*)&sum - 0x3F000000));
        }

        // The exponent's bias becomes 15 instead of 127; 13 bits are rounded away.
        uint odd = magnitude >> 13 & 1;
        return (ushort)(sign | (magnitude - (112u << 23) + 0xFFF + odd) >> 13);
    }

    private static float FromBits(uint bits) => *(float*)&bits;
}
