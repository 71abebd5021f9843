namespace ModelGen.Formats;

/// <summary>
/// The layout of one row of activations in blocks of 32 whole numbers q from -127 to 127 with one scale d, as the integer kernels read it;
/// value = d * q.
/// <see cref="ActivationFormat.Int8Blocks"/>: <c>columns</c> bytes, then for each block a float d, then for each block the float
/// -8 * d * sum(q), which weights stored as w + 8 add too much, then for each block the sums of its first and of its last sixteen bytes as
/// two 16-bit words.
/// <see cref="ActivationFormat.Int16Blocks"/>: <c>columns</c> 16-bit words, then for each block a float d. Where one instruction adds the
/// products of four bytes to a lane, kernels keep bytes at the front of such a row instead, each four columns in the order 0, 2, 1, 3 in
/// which the packed weights give theirs; what lies between them and the scales is not used.
/// </summary>
internal static class QuantizedRow
{
    public const int BlockLength = 32;

    /// <summary>Bytes from one row to the next; a multiple of 64 so that rows start on cache lines.</summary>
    public static int Stride(ActivationFormat format, int columns) => (Length(format, columns) + 63) / 64 * 64;

    /// <summary>Bytes of a row without the gap to the next.</summary>
    public static int Length(ActivationFormat format, int columns) =>
        ScalesOffset(format, columns) + columns / BlockLength * sizeof(float) * (format == ActivationFormat.Int8Blocks ? 3 : 1);

    /// <summary>Offset of the scales, in bytes.</summary>
    public static int ScalesOffset(ActivationFormat format, int columns) =>
        format == ActivationFormat.Int8Blocks ? columns : columns * sizeof(short);

    /// <summary>Where a row of words that keeps bytes for dot products has a column, in bytes.</summary>
    public static int OffsetOfQuad(int column) => (column & ~3) | ((column & 1) << 1) | ((column >> 1) & 1);

    /// <summary>Offset of the floats -8 * d * sum(q) of a row of bytes, in bytes.</summary>
    public static int BiasesOffset(int columns) => columns + columns / BlockLength * sizeof(float);

    /// <summary>Offset of the pairs of sums of a row of bytes, in bytes.</summary>
    public static int SumsOffset(int columns) => columns + columns / BlockLength * 2 * sizeof(float);
}
