using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Layout;

namespace ModelGen.Packing;

/// <summary>Lays a GGUF file's weights out as the kernels read them (layout P16), on all processors.</summary>
internal sealed unsafe class WeightPacker
{
    // A piece of work: long enough that handing it out costs nothing, short enough that progress is seen and processors finish together.
    private const long PieceBytes = 4 << 20;

    private readonly byte* _data;
    private readonly byte* _packed;
    private readonly Dictionary<string, GgufTensor> _tensors;

    /// <param name="header">The file's header.</param>
    /// <param name="file">The whole GGUF file, header.FileLength bytes.</param>
    /// <param name="packed">Receives layout.Length bytes.</param>
    private WeightPacker(GgufHeader header, byte* file, byte* packed)
    {
        _data = file + header.DataOffset;
        _packed = packed;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Packs all tensors of <paramref name="layout"/>.</summary>
    /// <param name="header">The file's header; the layout was made from it.</param>
    /// <param name="file">The whole GGUF file, header.FileLength bytes.</param>
    /// <param name="layout">Where everything goes.</param>
    /// <param name="packed">Receives layout.Length bytes, zero before.</param>
    /// <param name="progress">Called with the bytes packed so far, from any thread, one call at a time.</param>
    public static void Pack(GgufHeader header, byte* file, WeightLayout layout, byte* packed, Action<long>? progress)
    {
        var packer = new WeightPacker(header, file, packed);
        long done = 0;
        var gate = new object();
        Parallel.ForEach(packer.Pieces(layout), piece =>
        {
            long bytes = piece();
            lock (gate)
            {
                done += bytes;
                progress?.Invoke(done);
            }
        });
    }

    private IEnumerable<Func<long>> Pieces(WeightLayout layout)
    {
        foreach (PackedTensor tensor in layout.Tensors())
        {
            if (tensor is PackedVector vector)
            {
                yield return () => PackVector(vector);
            }
            else if (tensor is PackedMatrix matrix)
            {
                int strips = (int)Math.Max(1, PieceBytes / matrix.StripBytes);
                for (int first = 0; first < matrix.Strips; first += strips)
                {
                    int start = first;
                    int end = Math.Min(first + strips, matrix.Strips);
                    yield return () => PackStrips(matrix, start, end);
                }
            }
        }
    }

    private long PackVector(PackedVector vector)
    {
        vector.Source.Format.DequantizeRow(Find(vector.Source), vector.Source.Columns, (float*)(_packed + vector.Offset));
        return vector.Length;
    }

    private long PackStrips(PackedMatrix matrix, int first, int end)
    {
        byte** rows = stackalloc byte*[TensorFormat.StripRows];
        for (int strip = first; strip < end; strip++)
        {
            (TensorSpec source, int sourceStrip) = matrix.SourceOf(strip);
            byte* data = Find(source);
            long rowBytes = matrix.Format.RowBytes(matrix.Columns);
            for (int i = 0; i < TensorFormat.StripRows; i++)
            {
                int row = sourceStrip * TensorFormat.StripRows + i;
                rows[i] = row < source.Rows ? data + row * rowBytes : null;
            }

            matrix.Format.PackStrip(rows, matrix.Columns, _packed + matrix.Offset + strip * matrix.StripBytes);
        }

        return (end - first) * matrix.StripBytes;
    }

    private byte* Find(TensorSpec tensor) => _data + _tensors[tensor.Name].Offset;
}
