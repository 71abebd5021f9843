using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the choice of experts, row by row, and behind it the sorting of the rows.</summary>
internal sealed class RouteEmitter : RowStepEmitter<RouteStep>
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        base.EmitCall(writer, plan, job);
        writer.Line($"s->Experts{((RouteStep)job.Step).Experts.Pattern}.Sort(s->RowCount);");
    }

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, RouteStep step)
    {
        string schedule = $"s->Experts{step.Experts.Pattern}";
        string selection = step.SelectionBias is null ? "null" : "s->Layer->" + step.SelectionBias;
        writer.Line($"float* logits = {Expressions.Row(plan, step.Logits, "row")};");
        if (step.Bias is not null)
        {
            writer.Line($"TKernels.{step.BiasKernel}(logits, s->Layer->{step.Bias}, {step.Experts.Experts});");
        }

        if (step.ScaleKernel is not null)
        {
            writer.Line($"TKernels.{step.ScaleKernel}(logits, {Expressions.Literal(step.Scale)}, {step.Experts.Experts});");
        }

        writer.Line($"int place = row * {step.Experts.Used};");
        writer.Line($"TKernels.{step.Kernel}(logits, {selection}, logits + {step.RankColumn}, {schedule}.Chosen + place, {schedule}.Weights + place);");
        if (step.OutputScales is not null)
        {
            using (writer.Block($"for (int i = place; i < place + {step.Experts.Used}; i++)"))
            {
                writer.Line($"{schedule}.Weights[i] *= s->Layer->{step.OutputScales}[{schedule}.Chosen[i]];");
            }
        }
    }
}

/// <summary>Writes the copies of rows for their experts; the experts of a single row read it where it is.</summary>
internal sealed class GatherEmitter : RowStepEmitter<GatherStep>
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        writer.Line($"// {job.Step.Equation}; those of a single row read it where it is");
        using (writer.Block("if (s->RowCount > 1)"))
        {
            writer.Line($"_workers.Run(&{job.Name}, s, {ChunksOf(CountOf((GatherStep)job.Step))});");
        }
    }

    protected override string CountOf(GatherStep step) => $"s->RowCount * {step.Experts.Used}";

    protected override string IndexOf(GatherStep step) => "place";

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, GatherStep step)
    {
        writer.Line($"int source = place / {step.Experts.Used};");
        writer.Line($"int slot = s->Experts{step.Experts.Pattern}.Slots[place];");
        foreach (GatheredBuffer copy in step.Copies)
        {
            int bytes = plan.Buffer(copy.Source).RowBytes;
            writer.Line($"Buffer.MemoryCopy({Expressions.Row(plan, copy.Source, "source")}, {Expressions.Row(plan, copy.Target, "slot")}, {bytes}, {bytes});");
        }
    }
}

/// <summary>Writes the sum over a row's experts.</summary>
internal sealed class CombineEmitter : RowStepEmitter<CombineStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, CombineStep step)
    {
        string schedule = $"s->Experts{step.Experts.Pattern}";
        writer.Line($"float* sum = {Expressions.Row(plan, step.Target, "row")};");
        if (!step.AddsToX)
        {
            writer.Line($"new Span<float>(sum, {step.Length}).Clear();");
        }

        using (writer.Block($"for (int place = row * {step.Experts.Used}; place < (row + 1) * {step.Experts.Used}; place++)"))
        {
            writer.Line($"float* output = {Expressions.Row(plan, step.Outputs, $"{schedule}.Slots[place]")};");
            if (step.Bias is not null)
            {
                writer.Line($"int expert = {schedule}.Chosen[place];");
                writer.Line($"TKernels.{step.AddKernel}(output, {Expressions.Bias(step.Bias)}, {step.Length});");
            }

            writer.Line(step.IsWeighed
                ? $"TKernels.{step.WeighKernel}(sum, output, {schedule}.Weights[place], {step.Length});"
                : $"TKernels.{step.AddKernel}(sum, output, {step.Length});");
        }

        if (step.Shared is SharedOutput shared)
        {
            writer.Line();
            string factor = Expressions.Literal(shared.Scale);
            if (shared.GateBuffer is string gates)
            {
                writer.Line($"float gate = {factor} / (1f + MathF.Exp(-({Expressions.Row(plan, gates, "row")})[{shared.GateColumn}]));");
                factor = "gate";
            }

            writer.Line($"TKernels.{step.WeighKernel}(sum, {Expressions.Row(plan, shared.Buffer, "row")}, {factor}, {step.Length});");
        }
    }
}
