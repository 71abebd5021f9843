namespace ModelGen.Formats;

/// <summary>
/// The scales s and minima m of the eight blocks of a Q4_K or Q5_K super-block, six bits each in twelve bytes: bytes 0 to 3 have the scales
/// of blocks 0 to 3 in their low six bits, bytes 4 to 7 their minima, bytes 8 to 11 the low halves of the scales (low) and minima (high) of
/// blocks 4 to 7, whose high bits stand above those of bytes 0 to 3 and 4 to 7.
/// </summary>
internal static unsafe class SixBitScales
{
    /// <summary>Bytes of a super-block's scales and minima.</summary>
    public const int Length = 12;

    /// <summary>s and m of a block.</summary>
    public static (int Scale, int Minimum) Of(byte* scales, int block)
    {
        int i = block % 4;
        return block < 4
            ? (scales[i] & 63, scales[4 + i] & 63)
            : ((scales[8 + i] & 15) | (scales[i] >> 6) << 4, (scales[8 + i] >> 4) | (scales[4 + i] >> 6) << 4);
    }
}
