using System;
using System.Collections.Generic;

namespace ModelGen.Formats;

/// <summary>What a matrix product over a format reads its activations as.</summary>
internal enum ActivationFormat
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>Blocks of 32 whole numbers from -127 to 127 as bytes, with a scale and sums (see <see cref="QuantizedRow"/>).</summary>
    Int8Blocks,

    /// <summary>The same numbers as 16-bit words, with a scale, for weights that are signed bytes.</summary>
    Int16Blocks,
}

/// <summary>
/// A weight format that ModelGen compiles: how a block decodes, and how sixteen rows are interleaved in the packed file (layout P16).
/// The kernels of format X are the K-files MatMulX.cs and EmbedX.cs of the generator.
/// </summary>
/// <remarks>
/// Layout P16 (docs/weights-format.md): a matrix is cut into strips of 16 rows; a strip is one contiguous stream of tiles that a matrix
/// product reads front to back, each tile holding a few columns of all sixteen rows. It is exactly as dense as GGUF, nothing is
/// quantised again.
/// </remarks>
internal abstract unsafe class TensorFormat
{
    /// <summary>Rows of a strip: the 32-bit lanes of one 512-bit vector, so that a vector is a column of the strip.</summary>
    public const int StripRows = 16;

    private static readonly TensorFormat[] Supported =
    [
        new F32Format(),
        new F16Format(),
        new BF16Format(),
        new Q8_0Format(),
        new Q4_0Format(),
        new Q4_1Format(),
        new Q5_0Format(),
        new Q5_1Format(),
        new Q2_KFormat(),
        new Q3_KFormat(),
        new Q4_KFormat(),
        new Q5_KFormat(),
        new Q6_KFormat(),
        new IQ4_NLFormat(),
        new IQ4_XSFormat(),
        new IQ2_XXSFormat(),
        new IQ2_XSFormat(),
        new IQ2_SFormat(),
        new IQ3_XXSFormat(),
        new IQ3_SFormat(),
        new IQ1_SFormat(),
        new IQ1_MFormat(),
        new TQ1_0Format(),
        new TQ2_0Format(),
        new MXFP4Format(),
        new NVFP4Format(),
        new Q1_0Format(),
        new Q2_0Format(),
    ];

    protected TensorFormat(int typeId, ActivationFormat activation)
    {
        Type = GgmlType.Find(typeId)!;
        Activation = activation;
    }

    public GgmlType Type { get; }

    public string Name => Type.Name;

    public ActivationFormat Activation { get; }

    /// <summary>16-bit IEEE floats.</summary>
    public static TensorFormat Halves { get; } = Array.Find(Supported, format => format is F16Format)!;

    /// <summary>All formats that ModelGen compiles.</summary>
    public static IReadOnlyList<TensorFormat> All => Supported;

    /// <summary>The format of ggml type <paramref name="typeId"/>, or null where ModelGen does not compile it.</summary>
    public static TensorFormat? Find(int typeId)
    {
        foreach (TensorFormat format in Supported)
        {
            if (format.Type.Id == typeId)
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Bytes of one row of <paramref name="columns"/> elements in a GGUF file.</summary>
    public long RowBytes(int columns) => (long)columns / Type.BlockLength * Type.BlockBytes;

    /// <summary>Bytes of one packed strip of <paramref name="columns"/> columns.</summary>
    public long StripBytes(int columns) => StripRows * RowBytes(columns);

    /// <summary>Interleaves sixteen rows of a GGUF tensor into one strip.</summary>
    /// <param name="rows">
    /// Sixteen row pointers, each to RowBytes(columns) bytes; null stands for a row of zeros (padding of the last strip).
    /// </param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="strip">Receives StripBytes(columns) bytes.</param>
    public abstract void PackStrip(byte** rows, int columns, byte* strip);

    /// <summary>Decodes one row as the GGUF specification defines the format; the reference that kernels are tested against.</summary>
    public abstract void DequantizeRow(byte* row, int columns, float* values);

    /// <summary>Writes floats in a format of floats, to the nearest value that it has.</summary>
    /// <param name="values">The floats.</param>
    /// <param name="columns">Their number.</param>
    /// <param name="row">Receives RowBytes(columns) bytes.</param>
    /// <exception cref="NotSupportedException">The format has blocks.</exception>
    public virtual void EncodeRow(float* values, int columns, byte* row) => throw new NotSupportedException(Name + " is no format of floats.");
}
