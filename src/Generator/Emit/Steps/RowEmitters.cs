using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the embedding of tokens.</summary>
internal sealed class EmbedEmitter : RowStepEmitter<EmbedStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, EmbedStep step)
    {
        writer.Line($"float* x = {Expressions.Row(plan, EmbedStep.Output, "row")};");
        writer.Line($"TKernels.{step.Kernel}({Expressions.Address(step.Weight)}, s->Rows[row].Token, x);");
        if (step.ScaleKernel is not null)
        {
            writer.Line($"TKernels.{step.ScaleKernel}(x, {Expressions.Literal(step.Scale)}, {step.Length});");
        }

        foreach (AddedEmbedding added in step.Added)
        {
            string addedRow = Expressions.Row(plan, added.Buffer, "row");
            writer.Line($"TKernels.{added.Kernel}({Expressions.Address(added.Weight)}, s->Rows[row].{added.Field}, {addedRow});");
            writer.Line($"TKernels.{added.AddKernel}(x, {addedRow}, {step.Length});");
        }
    }
}

/// <summary>Writes the copy of x that a layer keeps.</summary>
internal sealed class KeepEmitter : RowStepEmitter<KeepStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, KeepStep step)
    {
        string bytes = $"{step.Length}L * sizeof(float)";
        writer.Line($"Buffer.MemoryCopy({Expressions.Row(plan, EmbedStep.Output, "row")}, {Expressions.Row(plan, KeepStep.Output, "row")}, {bytes}, {bytes});");
    }
}

/// <summary>Writes the angles of a rotary embedding.</summary>
internal sealed class AnglesEmitter : RowStepEmitter<AnglesStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, AnglesStep step)
    {
        RotaryPlan rotary = step.Rotary;
        string factors = rotary.FactorsOffset is long offset ? Expressions.Vector(new WeightReference(null, offset)) : "null";
        string magnitude = Expressions.Literal(rotary.Spec.Scaling.Magnitude);
        string angles = Expressions.Row(plan, step.Output, "row");
        writer.Line($"RotaryAngles.Fill{rotary.Spec.Pairing}({angles}, s->Rows[row].Position, {rotary.Field}, {factors}, {magnitude});");
    }
}

/// <summary>Writes a norm: its result in each of its formats.</summary>
internal sealed class NormEmitter : RowStepEmitter<NormStep>
{
    /// <summary>Writes a norm of row number <c>row</c>.</summary>
    public static void EmitNorm(SourceWriter writer, ModelPlan plan, NormStep norm)
    {
        foreach (NormOutput output in norm.Outputs)
        {
            string arguments = output.Arguments switch
            {
                NormArguments.Weight => Expressions.Vector(norm.Weight) + ", ",
                NormArguments.WeightAndBias => $"{Expressions.Vector(norm.Weight)}, {Expressions.Vector(norm.Bias)}, ",
                _ => "",
            };
            string source = Expressions.Row(plan, output.Source, "row");
            writer.Line($"TKernels.{output.Kernel}({source}, {arguments}{Expressions.Row(plan, output.Buffer, "row")});");
        }
    }

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, NormStep step) => EmitNorm(writer, plan, step);
}

/// <summary>Writes the quantisation of a row.</summary>
internal sealed class QuantizeEmitter : RowStepEmitter<QuantizeStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, QuantizeStep step) =>
        writer.Line($"TKernels.{step.Kernel}({Expressions.Row(plan, step.Input, "row")}, {Expressions.Row(plan, step.Output, "row")});");
}

/// <summary>Writes the gate of a part of a row.</summary>
internal sealed class GateEmitter : RowStepEmitter<GateStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, GateStep step) =>
        writer.Line($"TKernels.{step.Kernel}({Expressions.Part(plan, step.Part, "row")}, {Expressions.Part(plan, step.Gate, "row")}, {step.Length});");
}

/// <summary>Writes what is added to x.</summary>
internal sealed class ResidualEmitter : RowStepEmitter<ResidualStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, ResidualStep step)
    {
        string x = Expressions.Row(plan, ResidualStep.Output, "row");
        string branch = Expressions.Row(plan, step.Branch ?? ResidualStep.Output, "row");
        if (step.Bias is not null)
        {
            writer.Line($"TKernels.{step.AddKernel}({branch}, {Expressions.Vector(step.Bias)}, {step.Length});");
        }

        if (step.Norm is not null)
        {
            NormEmitter.EmitNorm(writer, plan, step.Norm);
        }

        if (step.Branch is not null)
        {
            writer.Line(step.ScaledAddKernel is null
                ? $"TKernels.{step.AddKernel}({x}, {branch}, {step.Length});"
                : $"TKernels.{step.ScaledAddKernel}({x}, {branch}, {Expressions.Literal(step.Scale)}, {step.Length});");
        }
    }
}
