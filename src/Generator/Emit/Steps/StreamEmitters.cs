using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes how the streams beside x begin.</summary>
internal sealed class StreamsEmitter : RowStepEmitter<StreamsStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, StreamsStep step)
    {
        writer.Line($"float* x = {Expressions.Row(plan, ResidualStep.Output, "row")};");
        writer.Line($"float* streams = {Expressions.Row(plan, step.Streams, "row")};");
        using (writer.Block($"for (int stream = 0; stream < {step.Count}; stream++)"))
        {
            writer.Line($"TKernels.{step.Kernel}(x, streams + stream * {step.Length});");
        }
    }
}

/// <summary>Writes the prediction of streams.</summary>
internal sealed class PredictEmitter : RowStepEmitter<PredictStep>
{
    /// <summary>Declares where a row's streams, its router's products and their coefficients are.</summary>
    public static void EmitPointers(SourceWriter writer, ModelPlan plan, StreamBuffers buffers) => writer.Line($"""
        float* x = {Expressions.Row(plan, ResidualStep.Output, "row")};
        float* streams = {Expressions.Row(plan, buffers.Streams, "row")};
        float* predicted = {Expressions.Row(plan, buffers.Predicted, "row")};
        float* router = {Expressions.Row(plan, buffers.Router, "row")};
        float* c = router + {buffers.CoefficientColumn};
        """);

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, PredictStep step)
    {
        EmitPointers(writer, plan, step.Buffers);
        writer.Line($"TKernels.{step.CoefficientsKernel}(router, s->Layer->{step.Weights}, c);");
        writer.Line($"TKernels.{step.Kernel}(x, streams, c, predicted);");
    }
}

/// <summary>Writes the correction of streams.</summary>
internal sealed class CorrectEmitter : RowStepEmitter<CorrectStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, CorrectStep step)
    {
        PredictEmitter.EmitPointers(writer, plan, step.Buffers);
        writer.Line($"TKernels.{step.CoefficientsKernel}(router, s->Layer->{step.Weights}, c);");
        writer.Line($"TKernels.{step.Kernel}(x, streams, c, s->Layer->{step.Scale}, predicted);");
    }
}

/// <summary>Writes what a branch of low rank adds to x.</summary>
internal sealed class LaurelEmitter : RowStepEmitter<LaurelStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, LaurelStep step)
    {
        writer.Line($"float* x = {Expressions.Row(plan, ResidualStep.Output, "row")};");
        NormEmitter.EmitNorm(writer, plan, step.Norm);
        writer.Line($"""
            TKernels.{step.AddKernel}(x, {Expressions.Row(plan, step.Branch, "row")}, {step.Length});
            TKernels.{step.AddKernel}(x, {Expressions.Row(plan, step.Input, "row")}, {step.Length});
            TKernels.{step.MultiplyKernel}(x, {Expressions.Literal(step.Scale)}, {step.Length});
            """);
    }
}

/// <summary>Writes what is added to each stream beside x.</summary>
internal sealed class StreamResidualEmitter : RowStepEmitter<StreamResidualStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, StreamResidualStep step)
    {
        NormEmitter.EmitNorm(writer, plan, step.Norm);
        writer.Line($"float* streams = {Expressions.Row(plan, step.Streams, "row")};");
        using (writer.Block($"for (int stream = 0; stream < {step.Count}; stream++)"))
        {
            writer.Line($"TKernels.{step.AddKernel}(streams + stream * {step.Length}, {Expressions.Row(plan, step.Branch, "row")}, {step.Length});");
        }
    }
}

/// <summary>Writes each stream as its matrix reads it.</summary>
internal sealed class SplitStreamsEmitter : RowStepEmitter<SplitStreamsStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, SplitStreamsStep step)
    {
        writer.Line($"float* streams = {Expressions.Row(plan, step.Streams, "row")};");
        int bytes = step.Length * sizeof(float);
        for (int i = 0; i < step.Outputs.Count; i++)
        {
            string stream = $"streams + {i * step.Length}";
            string output = Expressions.Row(plan, step.Outputs[i], "row");
            writer.Line(step.Kernels[i].Length == 0
                ? $"Buffer.MemoryCopy({stream}, {output}, {bytes}, {bytes});"
                : $"TKernels.{step.Kernels[i]}({stream}, {output});");
        }
    }
}

/// <summary>Writes the mean of all streams.</summary>
internal sealed class MergeStreamsEmitter : RowStepEmitter<MergeStreamsStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, MergeStreamsStep step)
    {
        // All are brought to the length of x before any is added to it.
        writer.Line($"float* x = {Expressions.Row(plan, ResidualStep.Output, "row")};");
        writer.Line($"float* streams = {Expressions.Row(plan, step.Streams, "row")};");
        using (writer.Block($"for (int stream = 0; stream < {step.Count}; stream++)"))
        {
            writer.Line($"TKernels.{step.Kernel}(x, streams + stream * {step.Pitch});");
        }

        using (writer.Block($"for (int stream = 0; stream < {step.Count}; stream++)"))
        {
            writer.Line($"TKernels.{step.AddKernel}(x, streams + stream * {step.Pitch}, {step.Length});");
        }

        writer.Line($"TKernels.{step.MultiplyKernel}(x, {Expressions.Literal(1f / (step.Count + 1))}, {step.Length});");
    }
}

/// <summary>Writes what is left of a gate.</summary>
internal sealed class CutEmitter : RowStepEmitter<CutStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, CutStep step) =>
        writer.Line($"TKernels.{step.Kernel}({Expressions.Row(plan, step.Gate, "row")});");
}
