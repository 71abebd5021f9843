using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes a product with a matrix: each chunk some strips of it, for all rows, tile after tile of rows.</summary>
internal sealed class MatrixEmitter : StepEmitter
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (MatrixStep)job.Step;
        writer.Line($"// {step.Equation}: {Expressions.Describe(step.Matrix)}");
        writer.Line($"_workers.Run(&{job.Name}, s, {Products.ChunkCount(step.Matrix, "s->RowCount", step.Experts)});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (MatrixStep)job.Step;
        BufferPlan output = plan.Buffer(step.Output);
        string column = step.OutputColumn == 0 ? "" : " + " + step.OutputColumn;
        Products.EmitJob(
            writer,
            job.Name,
            step.Equation,
            step.Matrix,
            step.Product,
            "s->RowCount",
            step.Experts,
            Products.Input(step.Input, step.Product),
            $"s->{step.Output}{column} + row * {output.RowFloats}L",
            output.RowFloats);
    }
}
