using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>x = Scale · E[token] + P[position] + T[type], the parts that the model has.</summary>
/// <param name="Kernel">Embed kernel.</param>
/// <param name="Weight">The matrix.</param>
/// <param name="Format">Its format.</param>
/// <param name="Length">Floats of a row.</param>
/// <param name="Scale">Factor of the row.</param>
/// <param name="ScaleKernel">Multiplies the row; null where the factor is 1.</param>
/// <param name="Added">Rows that are added to it.</param>
internal sealed record EmbedStep(
    string Kernel, WeightReference Weight, string Format, int Length, float Scale, string? ScaleKernel, EquatableArray<AddedEmbedding> Added)
    : Step("Embed", $"x = {(ScaleKernel is null ? "" : "scale · ")}E[token]{string.Concat(Added.Select(added => added.Term))}, E {Format}")
{
    public const string Output = "X";

    public override EquatableArray<BufferUse> Uses =>
        new[] { Output }.Concat(Added.Select(added => added.Buffer)).Distinct().Select(BufferUse.Write).ToEquatableArray();
}

/// <summary>A learned embedding of something that a row has beside its token.</summary>
/// <param name="Term">It in the step's equation, for the reader.</param>
/// <param name="Field">The field of a row that says which one it is.</param>
/// <param name="Kernel">Embed kernel.</param>
/// <param name="Weight">The matrix.</param>
/// <param name="Buffer">Buffer of its rows.</param>
/// <param name="AddKernel">Adds a row.</param>
internal sealed record AddedEmbedding(string Term, string Field, string Kernel, WeightReference Weight, string Buffer, string AddKernel);

/// <summary>kept = x, for what is added to x later.</summary>
/// <param name="Length">Floats of x.</param>
internal sealed record KeepStep(int Length) : Step("Keep", "kept = x")
{
    public const string Output = "Kept";

    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(EmbedStep.Output), BufferUse.Write(Output) }.ToEquatableArray();
}

/// <summary>Cosines and sines of a rotary embedding at a row's position.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Rotary">The embedding.</param>
/// <param name="Output">Buffer of the angles.</param>
internal sealed record AnglesStep(string Name, RotaryPlan Rotary, string Output) : Step(Name, "cosines and sines of position · θ")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Write(Output) }.ToEquatableArray();
}

/// <summary>output = q8(input).</summary>
/// <param name="Kernel">Kernel.</param>
/// <param name="Input">Buffer of floats.</param>
/// <param name="Output">Buffer of quantised rows.</param>
internal sealed record QuantizeStep(string Kernel, string Input, string Output)
    : Step(Output, Input.ToLowerInvariant() + " in blocks of 32 whole numbers with a scale")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input), BufferUse.Write(Output) }.ToEquatableArray();
}

/// <summary>x += scale · norm(branch + bias), where the branch is not added to x by its matrix already; the parts that the model has.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Length">Floats of x.</param>
/// <param name="Branch">Buffer of the branch's output; null: it is in x already, and its bias alone is missing.</param>
/// <param name="Bias">Where the bias lies; null: none.</param>
/// <param name="Norm">Norm of the branch, in place; null: none.</param>
/// <param name="AddKernel">Adds two vectors.</param>
/// <param name="Scale">Factor of the branch.</param>
/// <param name="ScaledAddKernel">Adds the scaled branch; null where the scale is 1.</param>
internal sealed record ResidualStep(
    string Name, string Equation, int Length, string? Branch, WeightReference? Bias, NormStep? Norm, string AddKernel, float Scale, string? ScaledAddKernel)
    : Step(Name, Equation)
{
    public const string Output = "X";

    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            IEnumerable<BufferUse> branch = Branch is null ? [] : [BufferUse.Update(Branch)];
            return branch.Concat([BufferUse.Update(Output)]).ToEquatableArray();
        }
    }
}
