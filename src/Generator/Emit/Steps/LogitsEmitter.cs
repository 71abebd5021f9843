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
                s->LogitStrips.ShareOut(s->Rows + row, s->LogitRowCount, {{Products.ChunkCount(step.Matrix, "s->LogitRowCount")}});
                _workers.Run(&{{job.Name}}, s, s->LogitStrips.ChunkCount);
            """);
        writer.Line(finish.Length == 0
            ? $"    _workers.Run(&Finish{job.Name}, s, s->LogitRowCount);"
            : $"    {finish}\n    {{\n        _workers.Run(&Finish{job.Name}, s, s->LogitRowCount);\n    }}");
        writer.Line("}");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (LogitsStep)job.Step;
        writer.Line($"// {step.Equation}, a strip is 16 rows of W; those that hold no logit that anybody wants are left out");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                byte* weights = {Expressions.Address(step.Matrix.Weight)};
                int first = chunk * s->LogitStrips.ChunkStrips;
                int end = Math.Min(first + s->LogitStrips.ChunkStrips, s->LogitStrips.Count);
                """);
            using (Products.BlockOfTiles(writer, step.Product, "s->LogitRowCount", experts: null))
            {
                writer.Line($"byte* input = (byte*)s->{step.Input} + (s->FirstLogitRow + row) * {step.Product.Shape.InputStride}L;");
                writer.Line($"float* output = s->Logits + row * {step.Count}L;");
                using (writer.Block("for (int i = first; i < end; i++)"))
                {
                    writer.Line("int strip = s->LogitStrips.Strips[i];");
                    writer.Line(Products.Call(
                        step.Product, $"weights + strip * {step.Matrix.StripBytes}L", "input", "output + strip * 16", step.Count));
                }
            }
        }

        writer.Line();
        EmitFinish(writer, step, job);
    }

    private static void EmitFinish(SourceWriter writer, LogitsStep step, JobPlan job)
    {
        writer.Line("// What is done to a row of logits behind the matrix, and the way to its session: strips side by side at once.");
        using (writer.Method($"private static void Finish{job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                float* logits = s->Logits + chunk * {step.Count}L;
                float* wanted = s->Rows[s->FirstLogitRow + chunk].Logits;
                """);
            using (writer.Block("for (int i = 0, run; i < s->LogitStrips.Count; i += run)"))
            {
                writer.Line($"""
                    run = s->LogitStrips.RunFrom(i);
                    int first = s->LogitStrips.Strips[i] * 16;
                    int count = Math.Min(run * 16, {step.Size} - first);
                    """);
                if (step.BiasKernel is not null)
                {
                    writer.Line($"TKernels.{step.BiasKernel}(logits + first, {Expressions.Vector(step.Bias)} + first, count);");
                }

                if (step.ScaleKernel is not null)
                {
                    writer.Line($"TKernels.{step.ScaleKernel}(logits + first, {Expressions.Literal(step.Scale)}, count);");
                }

                if (step.SoftCapKernel is not null)
                {
                    writer.Line($"TKernels.{step.SoftCapKernel}(logits + first, count);");
                }

                using (writer.Block("if (wanted != logits)"))
                {
                    writer.Line("Buffer.MemoryCopy(logits + first, wanted + first, count * (long)sizeof(float), count * (long)sizeof(float));");
                }
            }
        }

        writer.Line();
    }
}
