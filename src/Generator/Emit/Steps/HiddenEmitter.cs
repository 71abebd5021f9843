using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;
using ModelGen.Layout;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes gate and up with their activation. A unit is 32 hidden values: two strips of gate rows, then two of up rows, or two of up rows
/// alone. Their products stay in a small buffer on the stack until the activation has made one block of hidden values of them.
/// </summary>
internal sealed class HiddenEmitter : StepEmitter
{
    public override bool IsLong => true;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (HiddenStep)job.Step;
        string products = step.Activation.IsGated ? "gate | up" : "up";
        writer.Line($"// {step.Equation}, {products} = W · x̂: {Expressions.Describe(step.Matrix)}");
        writer.Line($"_workers.Run(&{job.Name}, s, {Products.ChunkCount(step.Matrix, "s->RowCount", step.Experts)});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (HiddenStep)job.Step;
        int strips = step.Activation.Sources * PackedMatrix.PairedStrips;
        int products = strips * 16;
        int tile = ProductRows.Most(plan.Kernel(step.Product.Kernel).KernelFile);
        string unit = step.Activation.IsGated ? "two strips of gate and two of up" : "two strips";
        writer.Line($"// {step.Equation}: a unit is {unit}, 32 hidden values, one block of the next matrix's input");
        writer.Line("[SkipLocalsInit]");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                byte* stack = stackalloc byte[{tile} * {products} * sizeof(float) + 63];
                float* products = AlignToCacheLine(stack);
                """);
            Products.EmitChunk(writer, step.Matrix, "s->RowCount", step.Experts, "unit");
            using (Products.BlockOfTiles(writer, step.Product, "s->RowCount", step.Experts))
            {
                writer.Line($"byte* input = {Products.Input(step.Input, step.Product)};");
                using (writer.Block("for (int unit = first; unit < end; unit++)"))
                {
                    writer.Line($"byte* strips = weights + unit * {step.Matrix.StripBytes}L;");
                    using (writer.Block($"for (int strip = 0; strip < {strips}; strip++)"))
                    {
                        writer.Line(Products.Call(
                            step.Product, $"strips + strip * {step.Matrix.StripBytes / strips}L", "input", "products + strip * 16", products));
                    }

                    writer.Line();
                    string rows = step.Experts is null ? "tile" : "tile && row + i < endRow";
                    using (writer.Block($"for (int i = 0; i < {rows}; i++)"))
                    {
                        writer.Line($"float* {(step.Activation.IsGated ? "gate" : "up")} = products + i * {products};");
                        if (step.Activation.IsGated)
                        {
                            writer.Line("float* up = gate + 32;");
                        }

                        ActivationEmitter.EmitUnit(writer, step.Activation, step.Experts, "(row + i)", Expressions.Row(plan, step.Output, "(row + i)"));
                    }
                }
            }
        }

        writer.Line();
    }
}

/// <summary>Writes the activation of gate and up from two buffers.</summary>
internal sealed class ActivationEmitter : RowStepEmitter<ActivationStep>
{
    /// <summary>Writes how the products of unit number <c>unit</c>, at <c>gate</c> and <c>up</c>, become hidden values.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="activation">What is done.</param>
    /// <param name="experts">The rows, where they are experts', with <c>expert</c> that of the row; null: the batch's.</param>
    /// <param name="row">The row, as an expression.</param>
    /// <param name="output">The row that receives the values.</param>
    public static void EmitUnit(SourceWriter writer, ActivationPlan activation, ExpertRows? experts, string row, string output)
    {
        string function = activation.IsGated ? "gate" : "up";
        EmitBias("gate", activation.GateBias);
        EmitBias("up", activation.UpBias);
        if (activation.WeighKernel is not null)
        {
            string schedule = $"s->Experts{experts!.Pattern}";
            string weight = $"{schedule}.Weights[{schedule}.Places[{row}]]";
            writer.Line($"float weight = {weight};");
            if (activation.IsGated)
            {
                writer.Line($"TKernels.{activation.WeighKernel}(gate, weight, 32);");
            }

            writer.Line($"TKernels.{activation.WeighKernel}(up, weight, 32);");
        }

        if (activation.Prepare is string prepare)
        {
            writer.Line("int layer = (int)(s->Layer - s->Layers) * 4;");
            string parameters = string.Join(", ", Enumerable.Range(0, 4).Select(i => $"ActivationParameters[{EmittedFile.Plus("layer", i)}]"));
            writer.Line($"TKernels.{prepare}({function}, {parameters});");
        }

        writer.Line(activation.QuantizesOutput
            ? $"TKernels.{activation.Kernel}({function}, up, {output}, unit);"
            : $"TKernels.{activation.Kernel}({function}, up, {output} + unit * 32);");

        void EmitBias(string products, BiasReference? bias)
        {
            if (bias is not null)
            {
                writer.Line($"TKernels.{activation.BiasKernel}({products}, {Expressions.Bias(bias)} + unit * 32, 32);");
            }
        }
    }

    protected override string CountOf(ActivationStep step) => step.Experts is null ? base.CountOf(step) : $"s->RowCount * {step.Experts.Used}";

    protected override string IndexOf(ActivationStep step) => step.Experts is null ? base.IndexOf(step) : "place";

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, ActivationStep step)
    {
        if (step.Experts is not null)
        {
            writer.Line($"int expert = s->Experts{step.Experts.Pattern}.Chosen[place];");
            writer.Line($"int row = s->Experts{step.Experts.Pattern}.Slots[place];");
        }

        using (writer.Block($"for (int unit = 0; unit < {step.Activation.Units}; unit++)"))
        {
            writer.Line($"float* gate = {Expressions.Row(plan, step.Gate, "row")} + unit * 32;");
            writer.Line($"float* up = {Expressions.Row(plan, step.Up, "row")} + unit * 32;");
            EmitUnit(writer, step.Activation, step.Experts, "row", Expressions.Row(plan, step.Output, "row"));
        }
    }
}
