using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>What each layer gets of a token beside x, of all layers: the products of x become it in place.</summary>
/// <param name="Inputs">Buffer of the products, a layer behind the other.</param>
/// <param name="Row">Buffer of a row of the table.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Length">Floats of a layer.</param>
/// <param name="EmbedKernel">Reads a row of the table.</param>
/// <param name="Table">The table: rows of a token behind each other, one a layer.</param>
/// <param name="EmbeddingScale">Factor of a row.</param>
/// <param name="ProjectionScale">Factor of the products.</param>
/// <param name="NormKernel">Norm of a layer's products.</param>
/// <param name="Norm">Its weights.</param>
/// <param name="InputScale">Factor of the sum of both.</param>
/// <param name="MultiplyKernel">Multiplies with a factor.</param>
/// <param name="AddKernel">Adds a vector times a factor.</param>
internal sealed record PerLayerStep(
    string Inputs,
    string Row,
    int Layers,
    int Length,
    string EmbedKernel,
    WeightReference Table,
    float EmbeddingScale,
    float ProjectionScale,
    string NormKernel,
    WeightReference Norm,
    float InputScale,
    string MultiplyKernel,
    string AddKernel)
    : Step("PerLayer", "input of layer i = scale · (norm(scale · Pᵢ · x) + scale · Eᵢ[token])")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Inputs), BufferUse.Write(Row) }.ToEquatableArray();
}

/// <summary>gated = f(gate) · the layer's own input, quantised where the next matrix reads it so.</summary>
/// <param name="Gate">Buffer of the gate.</param>
/// <param name="Inputs">Buffer of all layers' inputs.</param>
/// <param name="Output">Buffer of the result.</param>
/// <param name="Length">Floats of a layer's input, whole units of 32.</param>
/// <param name="Kernel">Does a unit.</param>
/// <param name="QuantizesOutput">Whether the result is quantised.</param>
internal sealed record PerLayerGateStep(string Gate, string Inputs, string Output, int Length, string Kernel, bool QuantizesOutput)
    : Step("PerLayerGated", "gated = gelu(gate) · input of the layer")
{
    public override EquatableArray<BufferUse> Uses =>
        new[] { BufferUse.Read(Gate), BufferUse.Read(Inputs), BufferUse.Write(Output) }.ToEquatableArray();
}

/// <summary>x *= a factor, of the layer's or of all.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Field">Field of the layer's factor; null: it is the number.</param>
/// <param name="Factor">The number.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Kernel">Multiplies with a factor.</param>
internal sealed record ScaleStep(string Name, string? Field, float Factor, int Length, string Kernel)
    : Step(Name, Field is null ? "x *= a factor" : "x *= a factor of the layer's")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(ResidualStep.Output) }.ToEquatableArray();
}

/// <summary>sum = norm(sum) + norm(other), each norm in place.</summary>
/// <param name="Sum">Buffer of the sum.</param>
/// <param name="Other">Buffer of what is added to it.</param>
/// <param name="Length">Floats of a row.</param>
/// <param name="SumNorm">Norm of the sum.</param>
/// <param name="OtherNorm">Norm of the other.</param>
/// <param name="AddKernel">Adds two vectors.</param>
internal sealed record JoinStep(string Sum, string Other, int Length, NormStep SumNorm, NormStep OtherNorm, string AddKernel)
    : Step("Join", "branch = norm(branch) + norm(experts' branch)")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Sum), BufferUse.Update(Other) }.ToEquatableArray();
}
