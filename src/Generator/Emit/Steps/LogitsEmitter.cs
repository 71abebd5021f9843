using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes the logits of the rows that are left. Those of one session go straight to its memory; those of several go through a buffer,
/// because a product writes its rows side by side.
/// </summary>
internal sealed class LogitsEmitter : StepEmitter
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (LogitsStep)job.Step;
        string finish = step.IsPlain ? "if (!areOfOneSession)" : "";
        writer.Line($$"""
            // {{step.Equation}}: {{Expressions.Describe(step.Matrix)}}
            bool areOfOneSession = Row.LogitsAreSideBySide(s->Rows, s->RowCount, {{step.Count}});
            for (int row = 0; row < s->RowCount; row += {{step.RowsAtOnce}})
            {
                s->FirstLogitRow = row;
                s->LogitRowCount = Math.Min(s->RowCount - row, {{step.RowsAtOnce}});
                s->Logits = areOfOneSession ? s->Rows[row].Logits : s->{{step.Rows}};
                _workers.Run(&{{job.Name}}, s, {{Products.ChunkCount(step.Matrix, "s->LogitRowCount")}});
            """);
        writer.Line(finish.Length == 0
            ? $"    _workers.Run(&Finish{job.Name}, s, s->LogitRowCount);"
            : $"    {finish}\n    {{\n        _workers.Run(&Finish{job.Name}, s, s->LogitRowCount);\n    }}");
        writer.Line("}");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (LogitsStep)job.Step;
        Products.EmitJob(
            writer,
            job.Name,
            step.Equation,
            step.Matrix,
            step.Product,
            "s->LogitRowCount",
            experts: null,
            $"(byte*)s->{step.Input} + (s->FirstLogitRow + row) * {step.Product.Shape.InputStride}L",
            $"s->Logits + row * {step.Count}L",
            step.Count);
        EmitFinish(writer, step, job);
    }

    private static void EmitFinish(SourceWriter writer, LogitsStep step, JobPlan job)
    {
        writer.Line("// What is done to a row of logits behind the matrix, and the way to its session.");
        using (writer.Method($"private static void Finish{job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                float* logits = s->Logits + chunk * {step.Count}L;
                float* wanted = s->Rows[s->FirstLogitRow + chunk].Logits;
                """);
            if (step.BiasKernel is not null)
            {
                writer.Line($"TKernels.{step.BiasKernel}(logits, {Expressions.Vector(step.Bias)}, {step.Size});");
            }

            if (step.ScaleKernel is not null)
            {
                writer.Line($"TKernels.{step.ScaleKernel}(logits, {Expressions.Literal(step.Scale)}, {step.Size});");
            }

            if (step.SoftCapKernel is not null)
            {
                writer.Line($"TKernels.{step.SoftCapKernel}(logits, {step.Size});");
            }

            using (writer.Block("if (wanted != logits)"))
            {
                writer.Line($"Buffer.MemoryCopy(logits, wanted, {step.Size}L * sizeof(float), {step.Size}L * sizeof(float));");
            }
        }

        writer.Line();
    }
}
