using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes what layers get of a token beside x, a layer after the other.</summary>
internal sealed class PerLayerEmitter : RowStepEmitter<PerLayerStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, PerLayerStep step)
    {
        writer.Line($"float* inputs = {Expressions.Row(plan, step.Inputs, "row")};");
        writer.Line($"float* embedding = {Expressions.Row(plan, step.Row, "row")};");
        using (writer.Block($"for (int layer = 0; layer < {step.Layers}; layer++)"))
        {
            writer.Line($"""
                float* input = inputs + layer * {step.Length};
                TKernels.{step.MultiplyKernel}(input, {Expressions.Literal(step.ProjectionScale)}, {step.Length});
                TKernels.{step.NormKernel}(input, {Expressions.Vector(step.Norm)}, input);
                TKernels.{step.EmbedKernel}({Expressions.Address(step.Table)}, s->Rows[row].Token * {step.Layers} + layer, embedding);
                TKernels.{step.AddKernel}(input, embedding, {Expressions.Literal(step.EmbeddingScale)}, {step.Length});
                TKernels.{step.MultiplyKernel}(input, {Expressions.Literal(step.InputScale)}, {step.Length});
                """);
        }
    }
}

/// <summary>Writes the gate of a layer's own input.</summary>
internal sealed class PerLayerGateEmitter : RowStepEmitter<PerLayerGateStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, PerLayerGateStep step)
    {
        writer.Line($"float* input = {Expressions.Row(plan, step.Inputs, "row")} + (s->Layer - s->Layers) * {step.Length};");
        using (writer.Block($"for (int unit = 0; unit < {step.Length / 32}; unit++)"))
        {
            string gate = Expressions.Row(plan, step.Gate, "row") + " + unit * 32";
            string output = Expressions.Row(plan, step.Output, "row");
            writer.Line(step.QuantizesOutput
                ? $"TKernels.{step.Kernel}({gate}, input + unit * 32, {output}, unit);"
                : $"TKernels.{step.Kernel}({gate}, input + unit * 32, {output} + unit * 32);");
        }
    }
}

/// <summary>Writes x times a factor.</summary>
internal sealed class ScaleEmitter : RowStepEmitter<ScaleStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, ScaleStep step)
    {
        string factor = step.Field is null ? Expressions.Literal(step.Factor) : "*s->Layer->" + step.Field;
        writer.Line($"TKernels.{step.Kernel}({Expressions.Row(plan, ResidualStep.Output, "row")}, {factor}, {step.Length});");
    }
}

/// <summary>Writes the sum of two branches, each behind its norm.</summary>
internal sealed class JoinEmitter : RowStepEmitter<JoinStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, JoinStep step)
    {
        NormEmitter.EmitNorm(writer, plan, step.SumNorm);
        NormEmitter.EmitNorm(writer, plan, step.OtherNorm);
        writer.Line($"TKernels.{step.AddKernel}({Expressions.Row(plan, step.Sum, "row")}, {Expressions.Row(plan, step.Other, "row")}, {step.Length});");
    }
}
