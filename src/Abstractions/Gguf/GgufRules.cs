using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using ModelGen.Formats;

namespace ModelGen.Gguf;

/// <summary>
/// What must hold of a header whichever way it came, from the file or from its snapshot. Each rule gives null, or what is wrong
/// as the end of a sentence that begins with the thing's name.
/// </summary>
internal static class GgufRules
{
    public const string AlignmentKey = "general.alignment";

    /// <summary>The alignment that <paramref name="value"/> of general.alignment (null where it is absent) stands for.</summary>
    public static string? CheckAlignment(GgufValue? value, out int alignment)
    {
        alignment = GgufLimits.DefaultAlignment;
        if (value is null)
        {
            return null;
        }

        if (value.Type != GgufValueType.UInt32)
        {
            return "has type " + GgufText.NameOf(value.Type) + ", but the alignment is a uint32.";
        }

        bool isPowerOfTwo = value.Integer > 0 && (value.Integer & (value.Integer - 1)) == 0;
        if (!isPowerOfTwo || value.Integer < GgufLimits.MinAlignment || value.Integer > GgufLimits.MaxAlignment)
        {
            return Invariant($"is {value.Integer}, but must be a power of two ")
                + Invariant($"from {GgufLimits.MinAlignment} to {GgufLimits.MaxAlignment}.");
        }

        alignment = (int)value.Integer;
        return null;
    }

    /// <summary>Checks a row of the tensor table against its type and against the file that must hold its data.</summary>
    public static string? CheckTensor(GgufTensor tensor, int alignment, long dataOffset, long fileLength)
    {
        if (GgmlType.Find(tensor.TypeId) is not { } type)
        {
            return Invariant($"has ggml type {unchecked((uint)tensor.TypeId)}, which this version of ModelGen does not know.");
        }

        if (tensor.Shape.Count is 0 or > GgufLimits.MaxDimensions)
        {
            return Invariant($"has {tensor.Shape.Count} dimensions, but tensors have 1 to {GgufLimits.MaxDimensions}.");
        }

        // Blocks of ggml lie in rows, so bytes are counted by whole blocks and only then multiplied.
        if (tensor.Shape[0] % type.BlockLength != 0)
        {
            return Invariant($"has rows of {tensor.Shape[0]} elements, ")
                + Invariant($"which is no whole number of {type.Name} blocks of {type.BlockLength}.");
        }

        long bytes;
        try
        {
            bytes = checked(tensor.Shape[0] / type.BlockLength * type.BlockBytes);
            for (int i = 0; i < tensor.Shape.Count; i++)
            {
                if (tensor.Shape[i] <= 0)
                {
                    return Invariant($"has a dimension of {tensor.Shape[i]}.");
                }

                bytes = i == 0 ? bytes : checked(bytes * tensor.Shape[i]);
            }

            // Elements can overflow where bytes do not: formats of less than a byte an element.
            if (tensor.ElementCount > GgufLimits.MaxTensorElements)
            {
                return Invariant($"has {tensor.ElementCount} elements, but at most {GgufLimits.MaxTensorElements} are read.");
            }
        }
        catch (OverflowException)
        {
            return "has dimensions whose product is beyond 64 bits.";
        }

        if (tensor.Offset < 0 || tensor.Offset % alignment != 0)
        {
            return Invariant($"starts at offset {tensor.Offset}, which is no multiple of the file's alignment {alignment}.");
        }

        long available = fileLength - dataOffset;
        if (tensor.Offset > available || bytes > available - tensor.Offset)
        {
            return Invariant($"needs {bytes} bytes at offset {tensor.Offset} of the data, ")
                + Invariant($"but the file is cut off after {fileLength} bytes. Download or convert it again.");
        }

        return null;
    }

    /// <summary>Checks that tensors, each of which has passed <see cref="CheckTensor"/>, lie beside each other: no writer gives the same bytes to two.</summary>
    /// <returns>Null, or a tensor and what is wrong with it.</returns>
    public static (GgufTensor Tensor, string Problem)? CheckOverlaps(IEnumerable<GgufTensor> tensors)
    {
        GgufTensor? before = null;
        foreach (GgufTensor tensor in tensors.OrderBy(tensor => tensor.Part).ThenBy(tensor => tensor.Offset))
        {
            if (before is not null && tensor.Part == before.Part && tensor.Offset - before.Offset < BytesOf(before))
            {
                return (tensor, Invariant($"starts at offset {tensor.Offset} of the data, within tensor {GgufText.Shown(before.Name)}, ")
                    + Invariant($"which has {BytesOf(before)} bytes from offset {before.Offset} on. Convert the model again."));
            }

            before = tensor;
        }

        return null;
    }

    private static long BytesOf(GgufTensor tensor)
    {
        GgmlType type = GgmlType.Find(tensor.TypeId)!;
        return tensor.ElementCount / type.BlockLength * type.BlockBytes;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
