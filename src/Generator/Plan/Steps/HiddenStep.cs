using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// hidden = f(gate) · up, or f(up) where there is no gate, quantised where the next matrix reads it so; computed unit by unit of 32.
/// </summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Matrix">Gate and up, or up alone, in units.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Activation">What makes hidden values of the products.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Output">Buffer of hidden values.</param>
internal sealed record HiddenStep(
    string Name, MatrixReference Matrix, ProductKernels Product, ActivationPlan Activation, string Input, string Output)
    : Step(Name, Activation.Equation)
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input), BufferUse.Write(Output) }.ToEquatableArray();
}

/// <summary>hidden = f(gate) · up from two buffers, where gate and up have different formats.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Activation">What makes hidden values of the products.</param>
/// <param name="Gate">Buffer of the products with gate rows.</param>
/// <param name="Up">Buffer of the products with up rows.</param>
/// <param name="Output">Buffer of hidden values.</param>
internal sealed record ActivationStep(string Name, ActivationPlan Activation, string Gate, string Up, string Output) : Step(Name, Activation.Equation)
{
    // Biases are added in place.
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Gate), BufferUse.Update(Up), BufferUse.Write(Output) }.ToEquatableArray();
}

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
