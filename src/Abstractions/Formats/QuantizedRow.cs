namespace ModelGen.Formats;

/// <summary>
/// The layout of one row of activations in blocks of 32 signed bytes, as the integer kernels read it:
/// <c>columns</c> bytes, then a float scale a block, then a 32-bit sum of the block's bytes a block (the bias of unsigned weights is
/// subtracted with it). value = scale * byte.
/// </summary>
internal static class QuantizedRow
{
    public const int BlockLength = 32;

    /// <summary>Bytes from one row to the next; a multiple of 64 so that rows start on cache lines.</summary>
    public static int Stride(int columns) => (columns + columns / BlockLength * (sizeof(float) + sizeof(int)) + 63) / 64 * 64;

    /// <summary>Offset of the scales, in bytes.</summary>
    public static int ScalesOffset(int columns) => columns;

    /// <summary>Offset of the sums, in bytes.</summary>
    public static int SumsOffset(int columns) => columns + columns / BlockLength * sizeof(float);
}
