using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes the largest logits of a text's terms. Those of some rows and strips wait in a small buffer on the stack until they are compared with
/// what the text has so far.
/// </summary>
internal sealed class TermsEmitter : StepEmitter
{
    // Of which the logits wait together: half a kilobyte a row.
    private const int StripsAtOnce = 8;

    public override bool IsLong => true;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (TermsStep)job.Step;
        writer.Line($"// {step.Equation}: {Expressions.Describe(step.Matrix)}");
        writer.Line($"_workers.Run(&{job.Name}, s, {Products.ChunkCount(step.Matrix, "s->RowCount")});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (TermsStep)job.Step;
        const int Logits = StripsAtOnce * 16;
        int tile = ProductRows.Most(plan.Kernel(step.Product.Kernel).KernelFile);
        writer.Line($"// {step.Equation}, a strip is 16 rows of W; all rows of a text write to one place, a chunk has its strips for itself");
        writer.Line("[SkipLocalsInit]");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                byte* stack = stackalloc byte[{tile} * {Logits} * sizeof(float) + 63];
                float* logits = AlignToCacheLine(stack);
                """);
            Products.EmitChunk(writer, step.Matrix, "s->RowCount", experts: null, "strip");
            using (Products.BlockOfTiles(writer, step.Product, "s->RowCount", experts: null))
            {
                writer.Line($"byte* input = {Products.Input(new ProductInput(step.Input), step.Product)};");
                using (writer.Block("for (int strip = first, together; strip < end; strip += together)"))
                {
                    writer.Line($"together = Math.Min(end - strip, {StripsAtOnce});");
                    using (writer.Block("for (int i = 0; i < together; i++)"))
                    {
                        string strip = $"weights + (strip + i) * {step.Matrix.StripBytes}L";
                        writer.Line(Products.Call(step.Product, strip, "input", "logits + i * 16", Logits));
                    }

                    writer.Line();
                    writer.Line($"int count = Math.Min(together * 16, {step.Matrix.Rows} - strip * 16);");
                    string bias = step.Bias is null ? "null" : Expressions.Vector(step.Bias) + " + strip * 16";
                    using (writer.Block("for (int i = 0; i < tile && row + i < s->RowCount; i++)"))
                    {
                        writer.Line("float* largest = s->Rows[row + i].Logits + strip * 16;");
                        writer.Line($"TKernels.{step.LargestKernel}(largest, logits + i * {Logits}, {bias}, count);");
                    }
                }
            }
        }

        writer.Line();
    }
}
