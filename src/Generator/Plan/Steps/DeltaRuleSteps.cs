using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>Where the parts of a delta rule's inputs are in their buffers.</summary>
/// <param name="Query">First of the queries.</param>
/// <param name="Key">First of the keys.</param>
/// <param name="Value">First of the values.</param>
/// <param name="Gate">First of the output gates.</param>
/// <param name="Beta">First β.</param>
/// <param name="Decay">First decay.</param>
internal sealed record DeltaRuleInputs(BufferPart Query, BufferPart Key, BufferPart Value, BufferPart Gate, BufferPart Beta, BufferPart Decay);

/// <summary>What the rule reads: queries and keys of length 1, β and decays between 0 and 1.</summary>
/// <param name="Heads">The heads.</param>
/// <param name="Inputs">Where they are.</param>
/// <param name="Bias">Field of what is added to the decays.</param>
/// <param name="Rate">Field of their rates.</param>
/// <param name="Kernel">Does a row, with its decays where a head has one.</param>
/// <param name="DecayKernel">Does the decays of a row where each element of a key has one; null: there is no such.</param>
internal sealed record PrepareDeltaStep(DeltaRuleHeads Heads, DeltaRuleInputs Inputs, string Bias, string Rate, string Kernel, string? DecayKernel)
    : Step("PrepareDelta", "q = q / √((│q│² + ε) d), k = k / √(│k│² + ε), β = σ(β), g = exp(rate · softplus(g + bias))")
{
    public override EquatableArray<BufferUse> Uses => new[] { Inputs.Query.Buffer, Inputs.Beta.Buffer, Inputs.Decay.Buffer }
        .Distinct().Select(BufferUse.Update).ToEquatableArray();
}

/// <summary>
/// S = g S + k (β (v - g Sᵀk))ᵀ, o = Sᵀq, of each value head and token after token; g is a number, or one for each row of S, and then (g S)ᵀk is meant.
/// </summary>
/// <param name="Heads">The heads.</param>
/// <param name="Inputs">Where their inputs are.</param>
/// <param name="Columns">Columns of a head's state that a chunk has.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: S of each value head.</param>
/// <param name="Output">Buffer of o.</param>
/// <param name="Kernel">Does some columns of a head, of the rows of a sequence.</param>
internal sealed record DeltaRuleStep(DeltaRuleHeads Heads, DeltaRuleInputs Inputs, int Columns, string State, string Output, string Kernel)
    : Step(
        "DeltaRule",
        Heads.DecaysElements
            ? "S = diag(g) S, S += k (β (v - Sᵀk))ᵀ, o = Sᵀq, token after token"
            : "S = g S + k (β (v - g Sᵀk))ᵀ, o = Sᵀq, token after token")
{
    public override EquatableArray<BufferUse> Uses => new[] { Inputs.Query.Buffer, Inputs.Beta.Buffer, Inputs.Decay.Buffer }
        .Distinct().Select(BufferUse.Read).Concat([BufferUse.Write(Output)]).ToEquatableArray();

    public override bool WritesState => true;
}

/// <summary>y = norm(y) · SiLU(gate) or · σ(gate), the norm over each head.</summary>
/// <param name="Heads">Heads of a row.</param>
/// <param name="Dimension">Floats of a head.</param>
/// <param name="Buffer">Buffer of y.</param>
/// <param name="Gate">Where the gates are.</param>
/// <param name="Weight">Field of the norm's weights.</param>
/// <param name="NormKernel">Norm of a head.</param>
/// <param name="IsSigmoid">Whether the gate is σ.</param>
/// <param name="GateKernel">SiLU of 32 values times 32 others; σ of a row times the row.</param>
internal sealed record GatedNormStep(
    int Heads, int Dimension, string Buffer, BufferPart Gate, string Weight, string NormKernel, bool IsSigmoid, string GateKernel)
    : Step("GatedNorm", $"y = norm(y) · {(IsSigmoid ? "σ" : "SiLU")}(gate), the norm over each head")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Gate.Buffer), BufferUse.Update(Buffer) }.ToEquatableArray();
}
