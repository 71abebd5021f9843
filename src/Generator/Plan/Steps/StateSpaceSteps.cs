using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>h = e^(Δ·A) · h + Δ·v · B and y = (C·h + D·v) · SiLU(z), Δ = softplus(step + bias), channel by channel.</summary>
/// <param name="Shape">Channels, heads and groups.</param>
/// <param name="Input">Buffer of v.</param>
/// <param name="Weights">Where a row's B are, and behind them its C.</param>
/// <param name="Steps">Where its steps are, one a head.</param>
/// <param name="Gate">Where its z are.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: h of all channels.</param>
/// <param name="Output">Buffer of y.</param>
/// <param name="Kernel">Does some channels of the rows of a sequence.</param>
internal sealed record StateSpaceStep(
    StateSpaceShape Shape, string Input, BufferPart Weights, BufferPart Steps, BufferPart Gate, string State, string Output, string Kernel)
    : Step("StateSpace", "h = e^(Δ·A) · h + Δ·v · B, y = (C·h + D·v) · SiLU(z), Δ = softplus(step + bias)")
{
    public override EquatableArray<BufferUse> Uses => new[] { Input, Weights.Buffer, Steps.Buffer, Gate.Buffer }.Distinct().Select(BufferUse.Read)
        .Concat([BufferUse.Write(Output)]).ToEquatableArray();

    public override bool WritesState => true;
}

/// <summary>Norms of parts of a row, in place.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Parts">The parts.</param>
internal sealed record PartNormStep(string Name, string Equation, EquatableArray<PartNorm> Parts) : Step(Name, Equation)
{
    public override EquatableArray<BufferUse> Uses => Parts.Select(part => part.Part.Buffer).Distinct().Select(BufferUse.Update).ToEquatableArray();
}

/// <summary>A norm of a part of a row, or of some neighbouring parts of one length, each by itself.</summary>
/// <param name="Kernel">Kernel of the norm.</param>
/// <param name="Part">Where the first part is.</param>
/// <param name="Length">Floats of a part.</param>
/// <param name="Count">Parts.</param>
/// <param name="Weight">Field of the weights, those of a part behind those of another; null: there are none.</param>
internal sealed record PartNorm(string Kernel, BufferPart Part, int Length, int Count, string? Weight);
