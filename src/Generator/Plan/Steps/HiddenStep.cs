using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// hidden = f(gate) · up, or f(up) where there is no gate, quantised where the next matrix reads it so; computed unit by unit of 32.
/// </summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Matrix">Gate and up, or up alone, in units.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Activation">What makes hidden values of the products.</param>
/// <param name="Input">The activations.</param>
/// <param name="Output">Buffer of hidden values.</param>
/// <param name="Experts">The rows, where the matrices are those of experts; null: the batch's.</param>
internal sealed record HiddenStep(
    string Name, MatrixReference Matrix, ProductKernels Product, ActivationPlan Activation, ProductInput Input, string Output, ExpertRows? Experts)
    : Step(Name, Activation.Equation)
{
    public override EquatableArray<BufferUse> Uses => Input.Uses.Concat([BufferUse.Write(Output)]).ToEquatableArray();
}

/// <summary>hidden = f(gate) · up from two buffers, where gate and up have different formats.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Activation">What makes hidden values of the products.</param>
/// <param name="Gate">Buffer of the products with gate rows.</param>
/// <param name="Up">Buffer of the products with up rows.</param>
/// <param name="Output">Buffer of hidden values.</param>
/// <param name="Experts">The rows, where the values are those of experts; null: the batch's.</param>
internal sealed record ActivationStep(string Name, ActivationPlan Activation, string Gate, string Up, string Output, ExpertRows? Experts)
    : Step(Name, Activation.Equation)
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
/// <param name="GateBias">Biases of gate rows; null: none, as for the next.</param>
/// <param name="UpBias">Biases of up rows.</param>
/// <param name="BiasKernel">Adds them.</param>
/// <param name="WeighKernel">Multiplies the products of an expert with its weight; null: its output is weighed.</param>
/// <param name="QuantizesOutput">Whether the values are stored as a block of a quantised row.</param>
internal sealed record ActivationPlan(
    string Equation,
    string Kernel,
    string? Prepare,
    bool IsGated,
    int Length,
    BiasReference? GateBias,
    BiasReference? UpBias,
    string? BiasKernel,
    string? WeighKernel,
    bool QuantizesOutput)
{
    /// <summary>Sources of a unit: gate and up, or up.</summary>
    public int Sources => IsGated ? 2 : 1;

    /// <summary>Blocks of 32 hidden values.</summary>
    public int Units => (Length + 31) / 32;
}

/// <summary>Biases of hidden values.</summary>
/// <param name="Weight">Where they lie.</param>
/// <param name="Floats">Of experts, floats from one expert's to the next's; 0: they are no expert's.</param>
internal sealed record BiasReference(WeightReference Weight, int Floats);
