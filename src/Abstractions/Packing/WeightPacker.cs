using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Layout;

namespace ModelGen.Packing;

/// <summary>
/// Lays a GGUF file's weights out as the kernels read them (layout P16). Any range of the weights section can be asked for, so that
/// several threads each fill one that fits a cache, hash it and write it while it is still there.
/// </summary>
internal sealed unsafe class WeightPacker
{
    private readonly PlacedTensor[] _placed;

    /// <param name="header">The file's header; the layout was made from it.</param>
    /// <param name="layout">Where everything goes.</param>
    public WeightPacker(GgufHeader header, WeightLayout layout)
    {
        Dictionary<string, long> tensors = header.Tensors.ToDictionary(tensor => tensor.Name, header.PositionOf, StringComparer.Ordinal);
        _placed = [.. layout.Tensors().Select(tensor => new PlacedTensor(tensor, tensor.Length, SourcesOf(tensor, tensors)))];
        ScratchBytes = checked((int)_placed.Max(placed => placed.Tensor switch
        {
            PackedMatrix matrix when matrix.Sources[0].Tensor.IsTransposed => matrix.StripBytes + TransposedStrip.ScratchBytes(matrix.Sources[0].Tensor),
            PackedMatrix matrix => matrix.StripBytes,
            _ => placed.Length,
        }));
    }

    /// <summary>Bytes that <see cref="Fill"/> needs beside its target: the longest strip or vector.</summary>
    public int ScratchBytes { get; }

    /// <summary>Writes a range of the weights section. Several threads may call this at once.</summary>
    /// <param name="offset">Bytes from the start of the section.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="target">Receives <paramref name="length"/> bytes.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> bytes of the caller's.</param>
    /// <param name="source">The GGUF file.</param>
    public void Fill(long offset, long length, byte* target, byte* scratch, IBlockSource source)
    {
        long position = offset;
        long end = offset + length;
        for (int i = FirstEndingBehind(offset); i < _placed.Length && position < end; i++)
        {
            long start = _placed[i].Tensor.Offset;
            long stop = Math.Min(end, start + _placed[i].Length);
            if (start >= end)
            {
                break;
            }

            // Gaps between tensors are zeros.
            Clear(target + (position - offset), Math.Max(0, start - position));
            position = Math.Max(position, start);
            FillPart(_placed[i], position - start, stop - start, target + (position - offset), scratch, source);
            position = stop;
        }

        Clear(target + (position - offset), end - position);
    }

    private static Dictionary<TensorSpec, long> SourcesOf(PackedTensor tensor, Dictionary<string, long> tensors) => tensor switch
    {
        PackedVector vector => vector.Sources.ToDictionary(source => source, source => OffsetOf(source, tensors)),
        PackedMatrix matrix => matrix.Sources.ToDictionary(source => source.Tensor, source => OffsetOf(source.Tensor, tensors)),
        _ => throw new InvalidOperationException($"{tensor.Name} is neither a vector nor a matrix."),
    };

    private static long OffsetOf(TensorSpec source, Dictionary<string, long> tensors) => tensors[source.Name] + source.FirstByte;

    private static void Clear(byte* target, long length)
    {
        for (long i = 0; i < length; i++)
        {
            target[i] = 0;
        }
    }

    private static void Copy(byte* source, byte* target, long length) => Buffer.MemoryCopy(source, target, length, length);

    /// <summary>The first tensor that ends behind <paramref name="offset"/>.</summary>
    private int FirstEndingBehind(long offset)
    {
        int first = 0;
        int last = _placed.Length;
        while (first < last)
        {
            int middle = (first + last) / 2;
            if (_placed[middle].Tensor.Offset + _placed[middle].Length > offset)
            {
                last = middle;
            }
            else
            {
                first = middle + 1;
            }
        }

        return first;
    }

    /// <summary>Writes bytes <paramref name="start"/> to <paramref name="end"/> of a tensor.</summary>
    private void FillPart(PlacedTensor placed, long start, long end, byte* target, byte* scratch, IBlockSource source)
    {
        if (placed.Tensor is PackedMatrix matrix)
        {
            FillStrips(placed, matrix, start, end, target, scratch, source);
            return;
        }

        // Some kilobytes: decoded whole, whatever part of it is wanted.
        var vector = (PackedVector)placed.Tensor;
        Clear(scratch, placed.Length);
        for (int i = 0; i < vector.Count; i++)
        {
            float* place = (float*)scratch + i * (long)vector.PaddedFloats;
            foreach (TensorSpec tensor in vector.Sources)
            {
                byte* row = source.Read(placed.Sources[tensor] + i * tensor.PitchBytes, checked((int)tensor.Format.RowBytes(tensor.Columns)));
                tensor.Format.DequantizeRow(row, tensor.Columns, place);
                place += tensor.Columns;
            }
        }

        if (vector.Taps == 1)
        {
            Copy(scratch + start, target, end - start);
            return;
        }

        for (long i = start; i < end; i++)
        {
            target[i - start] = scratch[vector.SourceIndexOf((int)(i / sizeof(float))) * sizeof(float) + i % sizeof(float)];
        }
    }

    private void FillStrips(PlacedTensor placed, PackedMatrix matrix, long start, long end, byte* target, byte* scratch, IBlockSource source)
    {
        long stripBytes = matrix.StripBytes;
        byte** rows = stackalloc byte*[TensorFormat.StripRows];
        for (int strip = (int)(start / stripBytes); strip * stripBytes < end; strip++)
        {
            (TensorSpec tensor, int tensorStrip) = matrix.SourceOf(strip % matrix.Strips);
            long firstOfStack = placed.Sources[tensor] + strip / matrix.Strips * tensor.PitchBytes;
            long firstRow = (long)tensorStrip * TensorFormat.StripRows;
            int rowCount = (int)Math.Max(0, Math.Min(TensorFormat.StripRows, tensor.Rows - firstRow));
            PointTo(rows, source, firstOfStack, tensor, firstRow, rowCount, scratch + stripBytes);

            // The range may begin and end within a strip; such a strip is packed once for each of its ranges.
            long stripStart = strip * stripBytes;
            long from = Math.Max(start, stripStart);
            long to = Math.Min(end, stripStart + stripBytes);
            bool isWhole = to - from == stripBytes;
            matrix.Format.PackStrip(rows, matrix.Columns, isWhole ? target + (from - start) : scratch);
            if (!isWhole)
            {
                Copy(scratch + (from - stripStart), target + (from - start), to - from);
            }
        }
    }

    /// <summary>Points to the rows of a strip; those behind the last are null.</summary>
    private static void PointTo(byte** rows, IBlockSource source, long firstOfStack, TensorSpec tensor, long firstRow, int rowCount, byte* scratch)
    {
        for (int i = rowCount; i < TensorFormat.StripRows; i++)
        {
            rows[i] = null;
        }

        if (rowCount == 0)
        {
            return;
        }

        long rowBytes = tensor.PackedFormat.RowBytes(tensor.Columns);
        if (tensor.IsTransposed)
        {
            byte* turned = TransposedStrip.Read(source, firstOfStack, tensor, (int)firstRow, rowCount, scratch);
            for (int i = 0; i < rowCount; i++)
            {
                rows[i] = turned + i * rowBytes;
            }

            return;
        }

        long first = tensor.RowByte(firstRow);
        long end = tensor.RowByte(firstRow + rowCount - 1) + rowBytes;
        byte* data = source.Read(firstOfStack + first, checked((int)(end - first)));
        for (int i = 0; i < rowCount; i++)
        {
            rows[i] = data + (tensor.RowByte(firstRow + i) - first);
        }
    }

    /// <summary>A tensor of the layout with what would be looked up again for every strip.</summary>
    /// <param name="Tensor">The tensor.</param>
    /// <param name="Length">Its Length.</param>
    /// <param name="Sources">Where its source tensors start, in bytes from the start of the GGUF (<see cref="GgufHeader.PositionOf"/>).</param>
    private sealed record PlacedTensor(PackedTensor Tensor, long Length, Dictionary<TensorSpec, long> Sources);
}
