using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>A part of a row times a gate, in place.</summary>
/// <param name="Name">Name of the step's job.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Length">Floats of the part.</param>
/// <param name="Part">Where the part is.</param>
/// <param name="Gate">Where its gates are.</param>
/// <param name="Kernel">Does a row.</param>
internal sealed record GateStep(string Name, string Equation, int Length, BufferPart Part, BufferPart Gate, string Kernel) : Step(Name, Equation)
{
    public override EquatableArray<BufferUse> Uses => Part.Buffer == Gate.Buffer
        ? new[] { BufferUse.Update(Part.Buffer) }.ToEquatableArray()
        : new[] { BufferUse.Read(Gate.Buffer), BufferUse.Update(Part.Buffer) }.ToEquatableArray();
}
