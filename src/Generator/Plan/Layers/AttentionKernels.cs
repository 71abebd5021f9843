using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Plan;

/// <summary>
/// The kernels that read keys and values. Those of one row read the format itself; those of many rows of a sequence read floats, which an
/// unpack kernel makes of a block once for all of them, and do the same arithmetic.
/// </summary>
/// <param name="Prepare">Query to the cache's order, scaled.</param>
/// <param name="RowScores">Scores of a group of heads over the format; null where one row is read as many are, because all heads share its keys.</param>
/// <param name="RowValues">Weighted sums of a group of heads over the format; null likewise.</param>
/// <param name="TileScores">Scores of a tile of rows over a block of floats.</param>
/// <param name="TileValues">Weighted sums of a tile of rows over a block of floats.</param>
/// <param name="UnpackKeys">A block of keys to floats; null where the format is floats.</param>
/// <param name="UnpackValues">A block of values to floats; null where the format is floats, or values are the begin of keys.</param>
/// <param name="TransposeLatents">Values of a block of keys, in floats, whose begin they are; null: values are kept beside keys.</param>
/// <param name="Softmax">Scores to weights, a row of a range.</param>
/// <param name="Merge">Sums of a range to those of the ranges before it.</param>
/// <param name="Finish">Sums to output.</param>
internal sealed record AttentionKernels(
    string Prepare,
    string? RowScores,
    string? RowValues,
    string TileScores,
    string TileValues,
    string? UnpackKeys,
    string? UnpackValues,
    string? TransposeLatents,
    string Softmax,
    string Merge,
    string Finish)
{
    /// <summary>Whether one row reads keys and values in their own format.</summary>
    public bool ReadsRowsAlone => RowScores is not null;

    /// <summary>Rows of a tile at most.</summary>
    public const int LargestTile = 8;

    // How far ahead of its use a decode kernel asks for the cache.
    private const int PrefetchBytes = 4096;

    // Vectors of scores of a tile at most: a block's 64 keys at 512 bits.
    private const int LargestKeyVectors = 4;

    /// <summary>
    /// Rows that a chunk of a batch takes: enough that unpacking a block costs little beside them, few enough that their sums stay in the
    /// second-level cache. A multiple of every tile.
    /// </summary>
    public static int ChunkRows(KeyValueLayout layout) => layout.Stride switch
    {
        <= 128 => 96,
        <= 256 => 48,
        _ => 24,
    };

    /// <summary>Rows that kernels write for a number of queries: their last tile may reach beyond them.</summary>
    public static int PaddedRows(int queries) => queries + LargestTile - 1;

    /// <summary>Asks for the kernel that puts a key and a value into the cache.</summary>
    public static string Append(Kernels kernels, KeyValueLayout layout, int head) => kernels.Of(
        $"Append_{layout.Format}_{head}", "Append" + layout.Format,
        [
            Kernels.Constant("HeadDimension", head),
            Kernels.Constant("Stride", layout.Stride),
            Kernels.Constant("HasValue", layout.LatentLength == 0),
        ]);

    /// <summary>Asks for the kernels of one shape.</summary>
    /// <param name="kernels">The model's kernels.</param>
    /// <param name="layout">Layout of the buffers.</param>
    /// <param name="head">Floats of a query and of a key.</param>
    /// <param name="groupSize">Query heads that share a key/value head.</param>
    /// <param name="scale">Factor of the scores.</param>
    public static AttentionKernels Plan(Kernels kernels, KeyValueLayout layout, int head, int groupSize, float scale)
    {
        string format = layout.Format.ToString();
        bool unpacks = layout.Parts > 1;
        bool isLatent = layout.LatentLength > 0;
        KernelConstant headDimension = Kernels.Constant("HeadDimension", head);
        KernelConstant stride = Kernels.Constant("Stride", layout.Stride);
        KernelConstant[] floatScores =
            [stride, Kernels.Constant("ScaleGroups", layout.KeyScaleGroups), Kernels.Constant("GroupElements", layout.GroupElements)];
        KernelConstant valueStride = Kernels.Constant("Stride", layout.ValueStride);
        KernelConstant[] floatValues = [valueStride, Kernels.Constant("ScaleGroups", layout.ValueScaleGroups)];
        KernelConstant prefetch = Kernels.Constant("PrefetchBytes", PrefetchBytes);
        int batch = ChunkRows(layout);
        return new AttentionKernels(
            layout.Parts == 1
                ? kernels.Of($"ScaleQuery_{head}", "ScaleQuery", [headDimension, stride, Kernels.Constant("Scale", scale)])
                : kernels.Of(
                    $"PrepareQuery_{head}",
                    "PrepareQuery",
                    [headDimension, stride, Kernels.Constant("Parts", layout.Parts), Kernels.Constant("Scale", scale)]),
            isLatent ? null : Scores("RowScores", format, unpacks ? [stride, prefetch] : [.. floatScores, prefetch], groupSize),
            isLatent ? null : Values("RowValues", format, unpacks ? [stride, prefetch] : [.. floatValues, prefetch], groupSize),
            Scores("TileScores", nameof(KeyValueFormat.Float32), floatScores, batch),
            Values("TileValues", nameof(KeyValueFormat.Float32), floatValues, batch),
            Unpack("UnpackKeys", KeyValueLayout.BlockKeys, layout.KeyScaleGroups),
            isLatent ? null : Unpack("UnpackValues", layout.Stride / layout.Parts, layout.ValueScaleGroups),
            isLatent ? PlanTranspose(kernels, layout) : null,
            kernels.Of(
                $"SoftmaxRange_{head}",
                "SoftmaxRange",
                [valueStride, Kernels.Constant("HasScales", layout.ValueScaleGroups > 0), Kernels.Constant("BlockBytes", layout.ValueBlockBytes)]),
            kernels.Of($"MergeRanges_{head}", "MergeRanges", [valueStride]),
            kernels.Of(
                $"FinishAttention_{head}", "FinishAttention", [Kernels.Constant("HeadDimension", isLatent ? layout.LatentLength : head), valueStride]));

        string Scores(string name, string kernelFormat, KernelConstant[] constants, int rows)
        {
            KernelFile file = KernelFile.Get("Scores" + kernelFormat);
            var repeats = new List<KernelRepeat>();
            foreach (VectorWidth width in VectorWidth.All)
            {
                int tile = Rows(file, width, rows);
                int vectors = Math.Min(Math.Max(file.Tile('a', width) / tile, 1), LargestKeyVectors);
                repeats.Add(new KernelRepeat('r', width, tile));
                repeats.Add(new KernelRepeat('k', width, vectors == 3 ? 2 : vectors));
            }

            return kernels.Of($"{name}_{kernelFormat}_{head}", file.Name, constants, repeats);
        }

        string Values(string name, string kernelFormat, KernelConstant[] constants, int rows)
        {
            KernelFile file = KernelFile.Get("Values" + kernelFormat);
            int parts = kernelFormat == format ? layout.Parts : 1;
            var repeats = new List<KernelRepeat>();
            foreach (VectorWidth width in VectorWidth.All)
            {
                // A chunk of the sums is as many vectors as divide a value; with the rows' tile that fills the registers.
                int tile = Rows(file, width, rows);
                int vectors = layout.ValueStride / parts / width.Lanes;
                int most = Math.Max(file.Tile('a', width) / (tile * parts), 1);
                repeats.Add(new KernelRepeat('r', width, tile));
                repeats.Add(new KernelRepeat('v', width, Enumerable.Range(1, most).Last(count => vectors % count == 0)));
            }

            return kernels.Of($"{name}_{kernelFormat}_{head}", file.Name, constants, repeats);
        }

        string? Unpack(string name, int rowWords, int scaleGroups) => unpacks
            ? kernels.Of(
                $"{name}_{format}_{head}",
                "Unpack" + format,
                [Kernels.Constant("RowWords", rowWords), Kernels.Constant("Scales", scaleGroups * KeyValueLayout.BlockKeys)])
            : null;
    }

    private static string PlanTranspose(Kernels kernels, KeyValueLayout layout) => kernels.Of(
        $"TransposeLatents_{layout.LatentLength}",
        "TransposeLatents",
        [
            Kernels.Constant("LatentLength", layout.LatentLength),
            Kernels.Constant("ValueStride", layout.ValueStride),
            Kernels.Constant("Parts", layout.Parts),
            Kernels.Constant("PartElements", layout.Stride / layout.Parts),
            Kernels.Constant("ScaleGroups", layout.KeyScaleGroups),
            Kernels.Constant("GroupElements", layout.GroupElements),
        ]);

    /// <summary>The rows are spread evenly over as few tiles as registers allow: 7 rows at 6 a tile are two tiles of 4.</summary>
    private static int Rows(KernelFile file, VectorWidth width, int rows)
    {
        int largest = file.Tile('r', width);
        int tiles = (rows + largest - 1) / largest;
        return (rows + tiles - 1) / tiles;
    }
}
