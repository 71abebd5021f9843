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
        writer.Line($"_workers.Run(&{job.Name}, s, {Products.ChunkCount(step.Matrix, "s->RowCount")});");
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
            Products.EmitStrips(writer, step.Matrix, "s->RowCount", "unit");
            using (Products.BlockOfTiles(writer, step.Product, "s->RowCount"))
            {
                writer.Line($"byte* input = (byte*)s->{step.Input} + row * {step.Product.Shape.InputStride}L;");
                using (writer.Block("for (int unit = first; unit < end; unit++)"))
                {
                    writer.Line($"byte* weights = {Expressions.Address(step.Matrix.Weight)} + unit * {step.Matrix.StripBytes}L;");
                    using (writer.Block($"for (int strip = 0; strip < {strips}; strip++)"))
                    {
                        writer.Line(Products.Call(
                            step.Product, $"weights + strip * {step.Matrix.StripBytes / strips}L", "input", "products + strip * 16", products));
                    }

                    writer.Line();
                    using (writer.Block("for (int i = 0; i < tile; i++)"))
                    {
                        writer.Line($"float* {(step.Activation.IsGated ? "gate" : "up")} = products + i * {products};");
                        if (step.Activation.IsGated)
                        {
                            writer.Line("float* up = gate + 32;");
                        }

                        ActivationEmitter.EmitUnit(writer, step.Activation, Expressions.Row(plan, step.Output, "(row + i)"));
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
    public static void EmitUnit(SourceWriter writer, ActivationPlan activation, string output)
    {
        string function = activation.IsGated ? "gate" : "up";
        if (activation.GateBias)
        {
            writer.Line($"TKernels.{activation.BiasKernel}(gate, s->Layer->GateBias + unit * 32, 32);");
        }

        if (activation.UpBias)
        {
            writer.Line($"TKernels.{activation.BiasKernel}(up, s->Layer->UpBias + unit * 32, 32);");
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
    }

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, ActivationStep step)
    {
        using (writer.Block($"for (int unit = 0; unit < {step.Activation.Units}; unit++)"))
        {
            writer.Line($"float* gate = {Expressions.Row(plan, step.Gate, "row")} + unit * 32;");
            writer.Line($"float* up = {Expressions.Row(plan, step.Up, "row")} + unit * 32;");
            EmitUnit(writer, step.Activation, Expressions.Row(plan, step.Output, "row"));
        }
    }
}
