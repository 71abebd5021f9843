using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>A step of a layer or of the head; each is one barrier of the worker pool at most.</summary>
internal abstract record Step;

/// <summary>What the next matrices read: x normalised, in each of their formats, or x itself in those that are not floats.</summary>
/// <param name="Name">Name of the step's job, e.g. AttentionNorm.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Weight">Where the norm's weights lie; null where it has none.</param>
/// <param name="Bias">Where its biases lie; null where it has none.</param>
/// <param name="Outputs">A kernel and its buffer for each format.</param>
internal sealed record NormStep(
    string Name, string Equation, WeightReference? Weight, WeightReference? Bias, EquatableArray<NormOutput> Outputs) : Step;

/// <summary>One format of a norm's result.</summary>
/// <param name="Kernel">Kernel that writes it.</param>
/// <param name="Arguments">What the kernel reads beside its source.</param>
/// <param name="Source">Buffer that it reads.</param>
/// <param name="Buffer">Buffer that receives it.</param>
/// <param name="Format">What the buffer's rows are made of, for the reader.</param>
internal sealed record NormOutput(string Kernel, NormArguments Arguments, string Source, string Buffer, ActivationFormat Format);

/// <summary>What a norm's kernel reads beside its source.</summary>
internal enum NormArguments
{
    /// <summary>Nothing: it quantises what is normalised already.</summary>
    None,

    /// <summary>The weights.</summary>
    Weight,

    /// <summary>The weights and the biases, each of which may be missing.</summary>
    WeightAndBias,
}

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

/// <summary>
/// hidden = f(gate) · up, or f(up) where there is no gate, quantised where the next matrix reads it so; computed unit by unit of 32.
/// </summary>
/// <param name="Name">Name of the step's jobs.</param>
/// <param name="Matrix">Gate and up, or up alone.</param>
/// <param name="VectorKernel">Kernel of one token.</param>
/// <param name="TileKernel">Kernel of a tile of tokens.</param>
/// <param name="Activation">What makes hidden values of the products.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Output">Buffer of hidden values.</param>
internal sealed record HiddenStep(
    string Name,
    MatrixReference Matrix,
    string VectorKernel,
    string TileKernel,
    ActivationPlan Activation,
    string Input,
    string Output) : Step;

/// <summary>hidden = f(gate) · up from two buffers, where gate and up have different formats.</summary>
internal sealed record ActivationStep(ActivationPlan Activation, string Gate, string Up, string Output) : Step;

/// <summary>How 32 hidden values are made of 32 products with gate rows and 32 with up rows, or of the latter alone.</summary>
/// <param name="Equation">The function, for the reader.</param>
/// <param name="Kernel">Applies it and stores the values.</param>
/// <param name="Prepare">Kernel with parameters of the layer that changes the products in place before; null: none.</param>
/// <param name="IsGated">Whether there are gate rows.</param>
/// <param name="Length">Hidden values.</param>
/// <param name="GateBias">Whether gate rows have biases.</param>
/// <param name="UpBias">Whether up rows have biases.</param>
/// <param name="BiasKernel">Adds them.</param>
/// <param name="QuantizesOutput">Whether the values are stored as a block of a quantised row.</param>
internal sealed record ActivationPlan(
    string Equation, string Kernel, string? Prepare, bool IsGated, int Length, bool GateBias, bool UpBias, string? BiasKernel, bool QuantizesOutput)
{
    /// <summary>Sources of a unit: gate and up, or up.</summary>
    public int Sources => IsGated ? 2 : 1;

    /// <summary>Blocks of 32 hidden values.</summary>
    public int Units => (Length + 31) / 32;
}

/// <summary>output = q8(input).</summary>
internal sealed record QuantizeStep(string Kernel, string Input, string Output) : Step;

/// <summary>x += scale · norm(branch + bias), where the branch is not added to x by its matrix already; the parts that the model has.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Branch">Buffer of the branch's output; null: it is in x already, and its bias alone is missing.</param>
/// <param name="Bias">Where the bias lies; null: none.</param>
/// <param name="Norm">Norm of the branch, in place; null: none.</param>
/// <param name="AddKernel">Adds two vectors.</param>
/// <param name="ScaledAddKernel">Adds the scaled branch; null where the scale is 1.</param>
internal sealed record ResidualStep(
    string Name, string Equation, string? Branch, WeightReference? Bias, NormStep? Norm, string AddKernel, string? ScaledAddKernel) : Step;

/// <summary>Rotates queries and keys, appends keys and values to the cache, attends.</summary>
/// <param name="Input">Buffer with the query, key and value rows.</param>
/// <param name="KeyColumn">First float of the keys in a row of Input.</param>
/// <param name="ValueColumn">First float of the values in a row of Input.</param>
/// <param name="Output">Buffer of the heads' outputs.</param>
/// <param name="Vectors">Biases and head norms that the layer has, by the names of their fields.</param>
/// <param name="BiasKernel">Adds a bias; null where the layer has none.</param>
/// <param name="ClampKernel">Clamps queries, keys and values; null where the model does not.</param>
/// <param name="HeadNorm">Norms of queries and keys; null where the layer has none.</param>
/// <param name="RopeKernel">Rotation; null where the layer has none.</param>
/// <param name="Angles">Buffer of its angles.</param>
/// <param name="Temperature">How queries grow with their position; null: they do not.</param>
/// <param name="SoftCapKernel">Bounds the scores; null: nothing does, as for the next two.</param>
/// <param name="BiasScoresKernel">Adds the linear biases.</param>
/// <param name="MaskKernel">Hides the keys before the window.</param>
/// <param name="Window">Keys that a query sees; 0: all.</param>
/// <param name="Kernels">Everything that touches the cache.</param>
/// <param name="Carried">Buffers of which a decoded token's rest of the layer reads what was written before attention.</param>
internal sealed record AttentionStep(
    string Input,
    int KeyColumn,
    int ValueColumn,
    string Output,
    EquatableArray<string> Vectors,
    string? BiasKernel,
    string? ClampKernel,
    HeadNormPlan? HeadNorm,
    string? RopeKernel,
    string? Angles,
    TemperaturePlan? Temperature,
    string? SoftCapKernel,
    string? BiasScoresKernel,
    string? MaskKernel,
    int Window,
    AttentionKernels Kernels,
    EquatableArray<string> Carried) : Step
{
    /// <summary>Whether scores are more than scaled products.</summary>
    public bool AdjustsScores => SoftCapKernel is not null || BiasScoresKernel is not null || MaskKernel is not null;

    public bool HasVector(string field) => Vectors.Contains(field);
}

/// <summary>Norms of queries and keys.</summary>
/// <param name="QueryKernel">Norm of a query head or of all of them.</param>
/// <param name="KeyKernel">Norm of a key head or of all of them.</param>
/// <param name="Extent">What a norm runs over.</param>
/// <param name="TakesBias">Whether the kernels have an argument for biases.</param>
/// <param name="AfterRotation">Whether they come after the rotation.</param>
internal sealed record HeadNormPlan(string QueryKernel, string KeyKernel, HeadNormExtent Extent, bool TakesBias, bool AfterRotation);

/// <summary>Queries are multiplied with 1 + Scale · ln(1 + (position + Offset) / Interval), the quotient rounded down.</summary>
internal sealed record TemperaturePlan(string Kernel, float Scale, float Offset, int Interval);

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
        long count = Math.Max(1, Math.Min(MostChunks, strips * stripBytes / SmallestDecodeChunk));
        return Of(strips, count);
    }

    /// <summary>Shares out a step that multiplies each strip with a batch of tokens, tile after tile.</summary>
    public static Chunks ForPrefill(int strips, long stripBytes) =>
        Of(strips, Math.Min(strips, Math.Max(MostChunks, strips * stripBytes / LargestPrefillChunk)));

    private static Chunks Of(int strips, long count)
    {
        int size = (int)((strips + count - 1) / count);
        return new Chunks(size, (strips + size - 1) / size);
    }
}
