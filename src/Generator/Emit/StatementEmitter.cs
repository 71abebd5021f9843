using System;
using System.Globalization;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes what a step does to one token: in the layer's method for a decoded token, in a job's loop for a batch.</summary>
internal static class StatementEmitter
{
    /// <summary>A row of a buffer as an expression; the first one where <paramref name="token"/> is empty.</summary>
    public static string Row(ModelPlan plan, string buffer, string token)
    {
        if (token.Length == 0)
        {
            return "s->" + buffer;
        }

        BufferPlan rows = plan.Buffer(buffer);
        return $"s->{buffer} + {token} * {(rows.IsFloat ? rows.RowFloats : rows.RowBytes)}L";
    }

    /// <summary>A vector of weights as an expression.</summary>
    public static string Vector(WeightReference? reference) => reference switch
    {
        null => "null",
        { Field: string field } => "s->Layer->" + field,
        _ => $"(float*)({EmittedFile.Plus("s->Weights", reference.Offset)})",
    };

    /// <summary>A float as a literal that gives its bits again.</summary>
    public static string Literal(float number) => number.ToString("G9", CultureInfo.InvariantCulture) + "f";

    /// <summary>What rows of a format are made of, for the reader.</summary>
    public static string Describe(ActivationFormat format) => format switch
    {
        ActivationFormat.Int8Blocks => "bytes with a scale each 32",
        ActivationFormat.Int16Blocks => "words with a scale each 32",
        _ => "floats",
    };

    /// <summary>True for a step that does the same for each token, without a barrier for one token.</summary>
    public static bool IsOfToken(Step step) => step is NormStep or QuantizeStep or ActivationStep or ResidualStep;

    /// <summary>Name of such a step's job.</summary>
    public static string NameOf(Step step) => step switch
    {
        NormStep norm => norm.Name,
        QuantizeStep quantize => quantize.Output,
        ActivationStep => "Hidden",
        ResidualStep residual => residual.Name,
        _ => throw new InvalidOperationException($"{step.GetType().Name} is not done token by token."),
    };

    /// <summary>What it computes, for the reader.</summary>
    public static string EquationOf(Step step) => step switch
    {
        NormStep norm => $"{norm.Equation}, as {string.Join(" and as ", norm.Outputs.Select(output => Describe(output.Format)))}",
        QuantizeStep => "the heads' outputs in blocks of 32 whole numbers with a scale",
        ActivationStep activation => activation.Activation.Equation,
        ResidualStep residual => residual.Equation,
        _ => throw new InvalidOperationException($"{step.GetType().Name} is not done token by token."),
    };

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="step">The step.</param>
    /// <param name="token">Row of the token as an expression; empty for the only one.</param>
    public static void Emit(SourceWriter writer, ModelPlan plan, Step step, string token)
    {
        switch (step)
        {
            case NormStep norm:
                EmitNorm(writer, plan, norm, token);
                break;

            case QuantizeStep quantize:
                writer.Line($"TKernels.{quantize.Kernel}({Row(plan, quantize.Input, token)}, {Row(plan, quantize.Output, token)});");
                break;

            case ActivationStep activation:
                EmitActivations(writer, plan, activation, token);
                break;

            case ResidualStep residual:
                EmitResidual(writer, plan, residual, token);
                break;
        }
    }

    /// <summary>Writes a norm: its result in each of its formats.</summary>
    public static void EmitNorm(SourceWriter writer, ModelPlan plan, NormStep norm, string token)
    {
        foreach (NormOutput output in norm.Outputs)
        {
            string arguments = output.Arguments switch
            {
                NormArguments.Weight => Vector(norm.Weight) + ", ",
                NormArguments.WeightAndBias => $"{Vector(norm.Weight)}, {Vector(norm.Bias)}, ",
                _ => "",
            };
            writer.Line($"TKernels.{output.Kernel}({Row(plan, output.Source, token)}, {arguments}{Row(plan, output.Buffer, token)});");
        }
    }

    /// <summary>Writes how 32 products, or 32 with gate rows and 32 with up rows, become hidden values.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="activation">How.</param>
    /// <param name="gate">Products with gate rows; not named where there are none.</param>
    /// <param name="up">Products with up rows.</param>
    /// <param name="output">Row of the buffer that receives the values.</param>
    public static void EmitActivation(SourceWriter writer, ModelPlan plan, ActivationPlan activation, string gate, string up, string output)
    {
        string function = activation.IsGated ? gate : up;
        if (activation.GateBias)
        {
            writer.Line($"TKernels.{activation.BiasKernel}({gate}, s->Layer->GateBias + unit * 32, 32);");
        }

        if (activation.UpBias)
        {
            writer.Line($"TKernels.{activation.BiasKernel}({up}, s->Layer->UpBias + unit * 32, 32);");
        }

        if (activation.Prepare is string prepare)
        {
            writer.Line("int layer = (int)(s->Layer - s->Layers) * 4;");
            string parameters = string.Join(", ", Enumerable.Range(0, 4).Select(i => $"ActivationParameters[{EmittedFile.Plus("layer", i)}]"));
            writer.Line($"TKernels.{prepare}({function}, {parameters});");
        }

        writer.Line(activation.QuantizesOutput
            ? $"TKernels.{activation.Kernel}({function}, {up}, {output}, unit);"
            : $"TKernels.{activation.Kernel}({function}, {up}, {output} + unit * 32);");
    }

    private static void EmitActivations(SourceWriter writer, ModelPlan plan, ActivationStep step, string token)
    {
        using (writer.Block($"for (int unit = 0; unit < {step.Activation.Units}; unit++)"))
        {
            string gate = $"{Row(plan, step.Gate, token)} + unit * 32";
            string up = $"{Row(plan, step.Up, token)} + unit * 32";
            EmitActivation(writer, plan, step.Activation, gate, up, Row(plan, step.Output, token));
        }
    }

    private static void EmitResidual(SourceWriter writer, ModelPlan plan, ResidualStep residual, string token)
    {
        int length = plan.Spec.EmbeddingLength;
        string x = Row(plan, "X", token);
        string branch = Row(plan, residual.Branch ?? "X", token);
        if (residual.Bias is not null)
        {
            writer.Line($"TKernels.{residual.AddKernel}({branch}, {Vector(residual.Bias)}, {length});");
        }

        if (residual.Norm is not null)
        {
            EmitNorm(writer, plan, residual.Norm, token);
        }

        if (residual.Branch is not null)
        {
            writer.Line($"TKernels.{residual.ScaledAddKernel ?? residual.AddKernel}({x}, {branch}, {length});");
        }
    }
}
