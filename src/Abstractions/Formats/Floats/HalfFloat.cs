namespace ModelGen.Formats;

/// <summary>IEEE 754 binary16 to binary32 without hardware, for .NET Standard 2.0.</summary>
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

    private static float FromBits(uint bits) => *(float*)&bits;
}
