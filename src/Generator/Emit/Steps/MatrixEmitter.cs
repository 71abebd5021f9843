using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes a product with a matrix: each chunk some strips of it, for all rows, tile after tile of rows.</summary>
internal sealed class MatrixEmitter : StepEmitter
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        MatrixReference matrix = ((MatrixStep)job.Step).Matrix;
        writer.Line($"// {job.Step.Equation}: {Expressions.Describe(matrix)}");
        writer.Line($"_workers.Run(&{job.Name}, s, {Products.ChunkCount(matrix, "s->RowCount")});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (MatrixStep)job.Step;
        BufferPlan output = plan.Buffer(step.Output);
        writer.Line($"// {step.Equation}, a strip is 16 rows of W");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* weights = {Expressions.Address(step.Matrix.Weight)};");
            Products.EmitStrips(writer, step.Matrix, "s->RowCount", "strip");
            using (Products.BlockOfTiles(writer, step.Product, "s->RowCount"))
            {
                string column = step.OutputColumn == 0 ? "" : " + " + step.OutputColumn;
                writer.Line($"byte* input = (byte*)s->{step.Input} + row * {step.Product.Shape.InputStride}L;");
                writer.Line($"float* output = s->{step.Output}{column} + row * {output.RowFloats}L;");
                using (writer.Block("for (int strip = first; strip < end; strip++)"))
                {
                    writer.Line(Products.Call(step.Product, $"weights + strip * {step.Matrix.StripBytes}L", "input", "output + strip * 16", output.RowFloats));
                }
            }
        }

        writer.Line();
    }
}
