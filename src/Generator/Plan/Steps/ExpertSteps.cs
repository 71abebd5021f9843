using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>Chooses each row's experts and their weights, and sorts the rows by expert.</summary>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Logits">Buffer of the router's products.</param>
/// <param name="Experts">The rows that come of it.</param>
/// <param name="RankColumn">First float behind the products in a row.</param>
/// <param name="Kernel">Chooses a row's.</param>
/// <param name="Bias">Field of the router's biases; null: none.</param>
/// <param name="BiasKernel">Adds them.</param>
/// <param name="SelectionBias">Field of what is added to choose; null: nothing is.</param>
/// <param name="Scale">Factor of the products.</param>
/// <param name="ScaleKernel">Multiplies them with it; null where it is 1.</param>
/// <param name="OutputScales">Field of what each expert's weight is multiplied with; null: nothing.</param>
internal sealed record RouteStep(
    string Equation,
    string Logits,
    ExpertRows Experts,
    int RankColumn,
    string Kernel,
    string? Bias,
    string? BiasKernel,
    string? SelectionBias,
    float Scale,
    string? ScaleKernel,
    string? OutputScales)
    : Step("Route", Equation)
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Logits) }.ToEquatableArray();
}

/// <summary>Copies each row of a batch once for each of its experts, those of an expert behind each other.</summary>
/// <param name="Experts">The rows that are written.</param>
/// <param name="Copies">From which buffers to which.</param>
internal sealed record GatherStep(ExpertRows Experts, EquatableArray<GatheredBuffer> Copies)
    : Step("Gather", "the rows of an expert behind each other")
{
    public override EquatableArray<BufferUse> Uses => Copies.SelectMany(Use).ToEquatableArray();

    private static IEnumerable<BufferUse> Use(GatheredBuffer copy) => [BufferUse.Read(copy.Source), BufferUse.Write(copy.Target)];
}

/// <summary>A buffer whose rows are gathered.</summary>
internal sealed record GatheredBuffer(string Source, string Target);

/// <summary>
/// output += Σ weight · (expert's output + bias) over a row's experts in the order in which they were chosen, and what all rows share; so the
/// bits of a row do not depend on the rows beside it.
/// </summary>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Experts">The rows that are read.</param>
/// <param name="Outputs">Buffer of the experts' outputs.</param>
/// <param name="Target">Buffer of the sums: x, or one that begins with zeros.</param>
/// <param name="Bias">Biases of the experts' outputs; null: none.</param>
/// <param name="AddKernel">Adds two vectors.</param>
/// <param name="WeighKernel">Adds a vector times a factor.</param>
/// <param name="IsWeighed">Whether outputs are weighed here; else their inputs were.</param>
/// <param name="Shared">A network that all rows take, behind a gate or times a factor; null: none, or its matrix adds it to the target.</param>
internal sealed record CombineStep(
    string Equation,
    int Length,
    ExpertRows Experts,
    string Outputs,
    string Target,
    BiasReference? Bias,
    string AddKernel,
    string WeighKernel,
    bool IsWeighed,
    SharedOutput? Shared)
    : Step("Combine", Equation)
{
    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            IEnumerable<BufferUse> shared = new[] { Shared?.Buffer, Shared?.GateBuffer }.OfType<string>().Select(BufferUse.Read);
            return shared.Concat([BufferUse.Update(Outputs), AddsToX ? BufferUse.Update(Target) : BufferUse.Write(Target)]).ToEquatableArray();
        }
    }

    /// <summary>Whether the sums are added to x.</summary>
    public bool AddsToX => Target == ResidualStep.Output;
}

/// <summary>An output that is multiplied with σ of a product, or with a factor.</summary>
/// <param name="Buffer">Buffer of the output.</param>
/// <param name="GateBuffer">Buffer of the products; null: it is multiplied with the factor.</param>
/// <param name="GateColumn">The product in a row.</param>
/// <param name="Scale">The factor.</param>
internal sealed record SharedOutput(string Buffer, string? GateBuffer, int GateColumn, float Scale);
