using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>The streams beside x are brought to its length.</summary>
/// <param name="Streams">Buffer of their products, one behind the other.</param>
/// <param name="Count">Streams beside x.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Kernel">Brings one to the length of another.</param>
internal sealed record StreamsStep(string Streams, int Count, int Length, string Kernel)
    : Step("StreamLengths", "stream *= |x| / |stream|")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(ResidualStep.Output), BufferUse.Update(Streams) }.ToEquatableArray();
}

/// <summary>x and the streams beside it are predicted from all of them.</summary>
/// <param name="Buffers">The buffers.</param>
/// <param name="Weights">Field of what makes coefficients of the router's products.</param>
/// <param name="CoefficientsKernel">Makes them.</param>
/// <param name="Kernel">Predicts.</param>
internal sealed record PredictStep(StreamBuffers Buffers, string Weights, string CoefficientsKernel, string Kernel)
    : Step("PredictStreams", "stream i += Σⱼ cᵢⱼ · stream j, c = W · tanh(router / d)")
{
    public override EquatableArray<BufferUse> Uses => new[]
    {
        BufferUse.Update(ResidualStep.Output), BufferUse.Update(Buffers.Streams), BufferUse.Update(Buffers.Router), BufferUse.Write(Buffers.Predicted),
    }.ToEquatableArray();
}

/// <summary>Streams are corrected by what the layer has added to x; what its last branch reads takes the place of what was predicted of x.</summary>
/// <param name="Buffers">The buffers.</param>
/// <param name="Weights">Field of what makes coefficients of the router's products.</param>
/// <param name="Scale">Field of the factors of what the last branch reads.</param>
/// <param name="CoefficientsKernel">Makes the coefficients.</param>
/// <param name="Kernel">Corrects.</param>
internal sealed record CorrectStep(StreamBuffers Buffers, string Weights, string Scale, string CoefficientsKernel, string Kernel)
    : Step("CorrectStreams", "stream i += (1 + cᵢ) · (x - predicted x), c = W · tanh(router / d)")
{
    public override EquatableArray<BufferUse> Uses => new[]
    {
        BufferUse.Update(ResidualStep.Output), BufferUse.Update(Buffers.Streams), BufferUse.Update(Buffers.Router), BufferUse.Update(Buffers.Predicted),
    }.ToEquatableArray();
}

/// <summary>Where the streams beside x are, and what belongs to them.</summary>
/// <param name="Streams">The streams, one behind the other.</param>
/// <param name="Router">Products of the router, and behind them room for coefficients.</param>
/// <param name="CoefficientColumn">Where that begins.</param>
/// <param name="Predicted">What was predicted of x.</param>
internal sealed record StreamBuffers(string Streams, string Router, int CoefficientColumn, string Predicted);

/// <summary>x = (x + norm(branch) + x̂) · scale: what a branch of low rank adds.</summary>
/// <param name="Branch">Buffer of its products.</param>
/// <param name="Input">Buffer of x̂.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Norm">Norm of the products, in place.</param>
/// <param name="Scale">Factor of the sum.</param>
/// <param name="AddKernel">Adds two vectors.</param>
/// <param name="MultiplyKernel">Multiplies with a factor.</param>
internal sealed record LaurelStep(string Branch, string Input, int Length, NormStep Norm, float Scale, string AddKernel, string MultiplyKernel)
    : Step("Laurel", "x = (x + x̂ + norm(branch)) / √2")
{
    public override EquatableArray<BufferUse> Uses =>
        new[] { BufferUse.Update(ResidualStep.Output), BufferUse.Update(Branch), BufferUse.Read(Input) }.ToEquatableArray();
}

/// <summary>stream += norm(branch), for each stream beside x.</summary>
/// <param name="Streams">Buffer of the streams.</param>
/// <param name="Count">Streams beside x.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Branch">Buffer of the branch.</param>
/// <param name="Norm">Its norm, in place.</param>
/// <param name="AddKernel">Adds two vectors.</param>
internal sealed record StreamResidualStep(string Streams, int Count, int Length, string Branch, NormStep Norm, string AddKernel)
    : Step("StreamResidual", "stream += norm(branch), each but x")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Streams), BufferUse.Update(Branch) }.ToEquatableArray();
}

/// <summary>Each stream beside x by itself, as the matrix behind the last layer reads it.</summary>
/// <param name="Streams">Buffer of the streams.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Outputs">A buffer a stream.</param>
/// <param name="Kernels">What quantises it; null: it is copied.</param>
internal sealed record SplitStreamsStep(string Streams, int Length, EquatableArray<string> Outputs, EquatableArray<string> Kernels)
    : Step("SplitStreams", "each stream by itself")
{
    public override EquatableArray<BufferUse> Uses => Outputs.Select(BufferUse.Write).Concat(Reads).ToEquatableArray();

    private IEnumerable<BufferUse> Reads => [BufferUse.Read(Streams)];
}

/// <summary>x = (x + Σ stream · |x| / |stream|) / streams.</summary>
/// <param name="Streams">Buffer of the streams beside x.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Pitch">Floats from one to the next.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Kernel">Brings one to the length of another.</param>
/// <param name="AddKernel">Adds two vectors.</param>
/// <param name="MultiplyKernel">Multiplies with a factor.</param>
internal sealed record MergeStreamsStep(string Streams, int Count, int Pitch, int Length, string Kernel, string AddKernel, string MultiplyKernel)
    : Step("MergeStreams", "x = (x + Σ stream · |x| / |stream|) / " + (Count + 1))
{
    public override EquatableArray<BufferUse> Uses =>
        new[] { BufferUse.Update(ResidualStep.Output), BufferUse.Update(Streams) }.ToEquatableArray();
}

/// <summary>Of each gate is left what is far above the row's mean.</summary>
/// <param name="Gate">Buffer of the gate's products.</param>
/// <param name="Kernel">Cuts a row.</param>
internal sealed record CutStep(string Gate, string Kernel) : Step("Cut", "gate = max(gate - mean - deviations, 0)")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Gate) }.ToEquatableArray();
}
