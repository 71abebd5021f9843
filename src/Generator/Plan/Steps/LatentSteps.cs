using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Normalises a token's latent, turns what is rotated of it and of the queries, and appends both to the sequence's pages; parts the queries into what
/// meets the latent, which each head's matrix reads, and what meets the shared key.
/// </summary>
/// <param name="Queries">Buffer of the heads' queries.</param>
/// <param name="Latents">Buffer of the latents and of the shared keys behind them.</param>
/// <param name="LatentColumn">First float of the latent in a row.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="PaddedRank">Floats of a key before the shared one: the latent, and zeros up to whole strips.</param>
/// <param name="Parted">Buffer of what meets the latent, a row of a head behind that of the one before it.</param>
/// <param name="QuantizeKernel">Quantises such a row; null: floats are copied.</param>
/// <param name="Wide">Buffer of the queries of the latent: of each head PaddedRank floats that its matrix writes, and what meets the shared key.</param>
/// <param name="Keys">Buffer of a key, and behind it room for another.</param>
/// <param name="NormKernel">Norm of the latent.</param>
/// <param name="NormField">Field of its weights.</param>
/// <param name="RopeKernel">Rotation; null: nothing is rotated.</param>
/// <param name="Angles">Buffer of its angles.</param>
/// <param name="Temperature">How queries grow with their position; null: they do not.</param>
/// <param name="Cache">Where keys go.</param>
/// <param name="Kernel">Appends a key.</param>
internal sealed record LatentStep(
    string Queries,
    string Latents,
    int LatentColumn,
    LatentShape Shape,
    int PaddedRank,
    string Parted,
    string? QuantizeKernel,
    string Wide,
    string Keys,
    string NormKernel,
    string NormField,
    string? RopeKernel,
    string? Angles,
    TemperaturePlan? Temperature,
    CachePlan Cache,
    string Kernel)
    : Step("AppendLatent", $"c = norm(latent); {(RopeKernel is null ? "" : "turn queries and the shared key by their positions, ")}append c and the key")
{
    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            IEnumerable<BufferUse> latents = Latents == Queries ? [] : [BufferUse.Read(Latents)];
            IEnumerable<BufferUse> angles = Angles is null ? [] : [BufferUse.Read(Angles)];
            return latents.Concat(angles).Concat(
            [
                Temperature is null ? BufferUse.Read(Queries) : BufferUse.Update(Queries),
                BufferUse.Write(Keys),
                BufferUse.Write(Parted),
                BufferUse.Write(Wide),
            ]).ToEquatableArray();
        }
    }

    public override bool WritesState => true;

    /// <summary>Floats of a key, and of a head's query of the latent.</summary>
    public int KeyLength => PaddedRank + Shape.RotaryLength;
}

/// <summary>output = W · input of each head, by a matrix of its own.</summary>
/// <param name="Name">Name of the step's job, e.g. KeyUp.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Matrix">The weights: a stack of one matrix a head.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Input">Buffer of activations, a head's behind that of the one before it.</param>
/// <param name="InputBytes">Bytes from one head's to the next.</param>
/// <param name="Output">Buffer of results.</param>
/// <param name="OutputPitch">Floats from one head's results to the next.</param>
/// <param name="IsPart">Whether there is more between the results, which stays as it is.</param>
internal sealed record HeadMatrixStep(
    string Name,
    string Equation,
    int Heads,
    MatrixReference Matrix,
    ProductKernels Product,
    string Input,
    int InputBytes,
    string Output,
    int OutputPitch,
    bool IsPart)
    : Step(Name, Equation)
{
    public override EquatableArray<BufferUse> Uses =>
        new[] { BufferUse.Read(Input), IsPart ? BufferUse.Update(Output) : BufferUse.Write(Output) }.ToEquatableArray();

    /// <summary>Products of a stack of matrices, one a head.</summary>
    public static HeadMatrixStep Of(
        Kernels kernels, PackedMatrix matrix, string equation, string input, string output, int outputPitch, int heads, bool isPart) => new(
        matrix.Name,
        equation,
        heads,
        MatrixReference.Of(new WeightReference(matrix.Name, 0), matrix, used: heads),
        kernels.Product(matrix.Format, matrix.Columns, accumulates: false, heads),
        input,
        Buffers.RowBytes(matrix.Format.Activation, matrix.Columns),
        output,
        outputPitch,
        isPart);
}

/// <summary>output = q8(input) of each head.</summary>
/// <param name="Kernel">Kernel.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Input">Buffer of floats.</param>
/// <param name="Output">Buffer of quantised rows.</param>
internal sealed record QuantizeHeadsStep(string Kernel, int Heads, string Input, string Output)
    : Step(Output, Input.ToLowerInvariant() + " of each head in blocks of 32 whole numbers with a scale")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input), BufferUse.Write(Output) }.ToEquatableArray();
}
