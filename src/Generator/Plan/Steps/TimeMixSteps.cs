using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>y = x + (x of the token before - x) · shift, or · (shift + offset), of each mixture that is read.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Input">Buffer of x.</param>
/// <param name="Mixtures">The mixtures.</param>
/// <param name="Offsets">Buffer of the offsets, those of a mixture behind those of another; null: there are none.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: x of the last token.</param>
/// <param name="LeavesState">Whether it leaves x there: the last step that reads it does.</param>
/// <param name="Kernel">Does some channels of a mixture.</param>
internal sealed record TokenShiftStep(
    string Name, int Length, string Input, EquatableArray<Mixture> Mixtures, string? Offsets, string State, bool LeavesState, string Kernel)
    : Step(Name, $"y = x̂ + (x̂ of the token before - x̂) · {(Offsets is null ? "shift" : "(shift + offset)")}")
{
    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            IEnumerable<BufferUse> read = Offsets is null ? [BufferUse.Read(Input)] : [BufferUse.Read(Input), BufferUse.Read(Offsets)];
            return read.Concat(Mixtures.Select(mixture => BufferUse.Write(mixture.Buffer))).ToEquatableArray();
        }
    }

    public override bool WritesState => LeavesState;
}

/// <summary>A mixture of a token and the one before it.</summary>
/// <param name="Shift">Field of its shifts.</param>
/// <param name="Buffer">Buffer that receives it.</param>
internal sealed record Mixture(string Shift, string Buffer);

/// <summary>x = tanh(x) or σ(x), of what stands between the factors of low-rank functions.</summary>
/// <param name="Parts">The buffers.</param>
internal sealed record SquashStep(EquatableArray<SquashedPart> Parts)
    : Step("Squash", string.Join(", ", Parts.Select(part => part.Equation)))
{
    public override EquatableArray<BufferUse> Uses => Parts.Select(part => BufferUse.Update(part.Buffer)).ToEquatableArray();
}

/// <summary>A buffer of which a function is taken.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Length">Floats of a row.</param>
/// <param name="IsTanh">Whether it is tanh; else σ.</param>
/// <param name="Kernel">Does a row.</param>
internal sealed record SquashedPart(string Buffer, int Length, bool IsTanh, string Kernel)
{
    /// <summary>What becomes of it, for the reader.</summary>
    public string Equation => $"{Buffer.ToLowerInvariant()} = {(IsTanh ? "tanh" : "σ")}({Buffer.ToLowerInvariant()})";
}

/// <summary>A recurrence of a matrix a head, and what is done before and behind it, head by head.</summary>
/// <param name="Recurrence">Its equation, for the reader.</param>
/// <param name="Heads">The heads.</param>
/// <param name="Inputs">Where its inputs are.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: the matrices.</param>
/// <param name="Output">Buffer of the outputs.</param>
/// <param name="Kernel">Does the rows of a sequence.</param>
/// <param name="Finish">What becomes of its output.</param>
internal abstract record TimeMixStep(
    string Recurrence, TimeMixHeads Heads, TimeMixInputs Inputs, string State, string Output, string Kernel, FinishPlan Finish)
    : Step("TimeMix", $"{Recurrence}, y = {Finish.Equation}")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Update(Inputs.Buffer), BufferUse.Write(Output) }.ToEquatableArray();

    public override bool WritesState => true;
}

/// <summary>Where the inputs of a time mixing are: columns of a buffer.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Receptance">First of the receptances.</param>
/// <param name="Decay">First of the decays.</param>
/// <param name="Key">First of the keys.</param>
/// <param name="Value">First of the values.</param>
internal sealed record TimeMixInputs(string Buffer, int Receptance, int Decay, int Key, int Value);

/// <summary>The recurrence of RWKV-7.</summary>
/// <param name="Heads">See <see cref="TimeMixStep"/>, as the next five.</param>
/// <param name="Inputs">Where its inputs are.</param>
/// <param name="State">Field of the state.</param>
/// <param name="Output">Buffer of the outputs.</param>
/// <param name="Kernel">Does the rows of a sequence.</param>
/// <param name="Finish">What becomes of its output.</param>
/// <param name="Rate">First of the rates.</param>
/// <param name="Removal">First of what is removed, which the step writes.</param>
/// <param name="ValueMix">First of the shares of the first layer's values; null in that layer.</param>
/// <param name="First">Buffer of those values.</param>
/// <param name="PrepareKernel">What the recurrence reads of a token.</param>
internal sealed record GooseStep(
    TimeMixHeads Heads,
    TimeMixInputs Inputs,
    string State,
    string Output,
    string Kernel,
    FinishPlan Finish,
    int Rate,
    int Removal,
    int? ValueMix,
    string First,
    string PrepareKernel)
    : TimeMixStep("S = diag(w) S - (κ̂ a) (Sᵀκ̂)ᵀ + k vᵀ, o = Sᵀr", Heads, Inputs, State, Output, Kernel, Finish)
{
    public override EquatableArray<BufferUse> Uses =>
        base.Uses.Concat([ValueMix is null ? BufferUse.Write(First) : BufferUse.Read(First)]).ToEquatableArray();
}

/// <summary>The recurrence of RWKV-6.</summary>
/// <param name="Heads">See <see cref="TimeMixStep"/>, as all others.</param>
/// <param name="Inputs">Where its inputs are.</param>
/// <param name="State">Field of the state.</param>
/// <param name="Output">Buffer of the outputs.</param>
/// <param name="Kernel">Does the rows of a sequence.</param>
/// <param name="Finish">What becomes of its output.</param>
internal sealed record FinchStep(TimeMixHeads Heads, TimeMixInputs Inputs, string State, string Output, string Kernel, FinishPlan Finish)
    : TimeMixStep("o = (S + (bonus · k) vᵀ)ᵀ r, S = diag(e^(-e^decay)) S + k vᵀ", Heads, Inputs, State, Output, Kernel, Finish);

/// <summary>What becomes of a head's output.</summary>
/// <param name="Equation">What it is, for the reader.</param>
/// <param name="HasNorm">Whether it is normalised.</param>
/// <param name="HasBonus">Whether the token's own value is added to it.</param>
/// <param name="Gate">First of the gates, in the buffer of the inputs; null: there are none.</param>
/// <param name="Kernel">Does a head of a token.</param>
internal sealed record FinishPlan(string Equation, bool HasNorm, bool HasBonus, int? Gate, string Kernel);
