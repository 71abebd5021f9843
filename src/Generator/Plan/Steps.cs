using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>A step of a layer or of the head; each is one barrier of the worker pool at most.</summary>
internal abstract record Step;

/// <summary>normed = rmsnorm(x) · weight, in each of the formats that the next matrices read.</summary>
/// <param name="Weight">Where the norm's weights lie.</param>
/// <param name="Outputs">A kernel and its buffer for each format.</param>
internal sealed record NormStep(WeightReference Weight, EquatableArray<NormOutput> Outputs) : Step;

/// <summary>One format of a norm's result.</summary>
/// <param name="Kernel">Kernel that writes it.</param>
/// <param name="Buffer">Buffer that receives it.</param>
/// <param name="Format">What the buffer's rows are made of, for the reader.</param>
internal sealed record NormOutput(string Kernel, string Buffer, ActivationFormat Format);

/// <summary>output = W · input, or output += W · input.</summary>
/// <param name="Name">Name of the step's jobs, e.g. QueryKeyValue.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Matrix">The weights.</param>
/// <param name="VectorKernel">Kernel of one token.</param>
/// <param name="TileKernel">Kernel of a tile of tokens; null for steps that only the last token takes.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Output">Buffer of results.</param>
/// <param name="OutputColumn">First float of an output row that the matrix's first row goes to.</param>
internal sealed record MatrixStep(
    string Name,
    string Equation,
    MatrixReference Matrix,
    string VectorKernel,
    string? TileKernel,
    string Input,
    string Output,
    int OutputColumn) : Step;

/// <summary>hidden = silu(gate) · up, quantised where the next matrix reads it so; gate and up are computed unit by unit of 32.</summary>
internal sealed record GateUpStep(
    string Name,
    MatrixReference Matrix,
    string VectorKernel,
    string TileKernel,
    string ActivationKernel,
    string Input,
    string Output,
    bool QuantizesOutput) : Step;

/// <summary>hidden = silu(gate) · up from two buffers, where gate and up have different formats.</summary>
internal sealed record SwiGluStep(string ActivationKernel, string Gate, string Up, string Output, bool QuantizesOutput, int Units) : Step;

/// <summary>output = q8(input).</summary>
internal sealed record QuantizeStep(string Kernel, string Input, string Output) : Step;

/// <summary>Rotates queries and keys, appends keys and values to the cache, attends.</summary>
/// <param name="Input">Buffer with the query, key and value rows.</param>
/// <param name="KeyColumn">First float of the keys in a row of Input.</param>
/// <param name="ValueColumn">First float of the values in a row of Input.</param>
/// <param name="Output">Buffer of the heads' outputs.</param>
/// <param name="Vectors">Biases and head norms that the layer has, by the names of their fields.</param>
/// <param name="BiasKernel">Adds a bias; null where the layer has none.</param>
/// <param name="NormKernel">Norm of a query or key head; null where the layer has none.</param>
/// <param name="RopeKernel">Rotation.</param>
/// <param name="Kernels">Everything that touches the cache.</param>
internal sealed record AttentionStep(
    string Input,
    int KeyColumn,
    int ValueColumn,
    string Output,
    EquatableArray<string> Vectors,
    string? BiasKernel,
    string? NormKernel,
    string RopeKernel,
    AttentionKernels Kernels) : Step;

/// <summary>Where a vector's or matrix's first byte is found.</summary>
/// <param name="Field">Field of the layer's weights; null for a tensor outside the layers.</param>
/// <param name="Offset">Bytes from the start of the weights, where Field is null.</param>
internal sealed record WeightReference(string? Field, long Offset);

/// <summary>A packed matrix and how its strips are shared out.</summary>
/// <param name="Weight">Where it lies.</param>
/// <param name="Format">Its format.</param>
/// <param name="Rows">Rows of its sources, without padding.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Strips">Strips, or units of four strips for gate and up.</param>
/// <param name="StripBytes">Bytes of a strip or unit.</param>
/// <param name="Decode">Strips of a chunk and number of chunks for one token.</param>
/// <param name="Prefill">The same for a batch.</param>
internal sealed record MatrixReference(
    WeightReference Weight, string Format, int Rows, int Columns, int Strips, long StripBytes, Chunks Decode, Chunks Prefill);

/// <summary>How many strips a chunk has, and how many chunks that makes.</summary>
internal sealed record Chunks(int Strips, int Count)
{
    /// <summary>
    /// Chunks of a decode step: none smaller than this, because below some 16 KB a chunk takes less time than the cores need to agree
    /// who does it.
    /// </summary>
    private const long SmallestDecodeChunk = 16 << 10;

    /// <summary>Bytes that stay in a second-level cache beside a tile's activations while all tiles of a batch pass over them.</summary>
    private const long LargestPrefillChunk = 192 << 10;

    // Enough that the last one to finish keeps the others waiting for 1/32 of the step at most.
    private const int MostChunks = 32;

    /// <summary>Shares out a step that reads each strip once.</summary>
    public static Chunks ForDecode(int strips, long stripBytes)
    {
        long count = System.Math.Max(1, System.Math.Min(MostChunks, strips * stripBytes / SmallestDecodeChunk));
        return Of(strips, count);
    }

    /// <summary>Shares out a step that multiplies each strip with a batch of tokens, tile after tile.</summary>
    public static Chunks ForPrefill(int strips, long stripBytes) =>
        Of(strips, System.Math.Min(strips, System.Math.Max(MostChunks, strips * stripBytes / LargestPrefillChunk)));

    private static Chunks Of(int strips, long count)
    {
        int size = (int)((strips + count - 1) / count);
        return new Chunks(size, (strips + size - 1) / size);
    }
}
