using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes what a delta rule reads, row by row.</summary>
internal sealed class PrepareDeltaEmitter : RowStepEmitter<PrepareDeltaStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, PrepareDeltaStep step)
    {
        DeltaRuleInputs inputs = step.Inputs;
        writer.Line($"float* queries = {Expressions.Part(plan, inputs.Query, "row")};   // {step.Heads.Keys} heads of {step.Heads.KeyDimension}");
        writer.Line($"float* keys = {Expressions.Part(plan, inputs.Key, "row")};");
        writer.Line($"float* beta = {Expressions.Part(plan, inputs.Beta, "row")};   // {step.Heads.Values} heads");
        writer.Line($"float* decay = {Expressions.Part(plan, inputs.Decay, "row")};");
        writer.Line($"TKernels.{step.Kernel}(queries, keys, beta, decay, s->Layer->{step.Bias}, s->Layer->{step.Rate});");
        if (step.DecayKernel is not null)
        {
            writer.Line($"TKernels.{step.DecayKernel}(decay, s->Layer->{step.Bias}, s->Layer->{step.Rate});");
        }
    }
}

/// <summary>Writes a delta rule. A chunk is some columns of a value head's state, which go through the rows of a sequence in their order.</summary>
internal sealed class DeltaRuleEmitter : StepEmitter
{
    public override bool IsLong => true;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (DeltaRuleStep)job.Step;
        writer.Line("// " + step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {step.Heads.ValueLength / step.Columns});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (DeltaRuleStep)job.Step;
        DeltaRuleHeads heads = step.Heads;
        DeltaRuleInputs inputs = step.Inputs;
        int chunks = heads.ValueDimension / step.Columns;
        string keyHead = (heads.GroupSize, heads.AreNeighbours) switch
        {
            (1, _) => "head",
            (int size, true) => $"head / {size}",
            _ => $"head % {heads.Keys}",
        };
        writer.Line($"// {step.Equation}: {step.Columns} columns of a value head");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int head = {(chunks == 1 ? "chunk" : $"chunk / {chunks}")};
                int column = {(chunks == 1 ? "0" : $"chunk % {chunks} * {step.Columns}")};
                int keyColumn = {keyHead} * {heads.KeyDimension};   // {heads.Values} value heads, {heads.Keys} key heads
                int valueColumn = head * {heads.ValueDimension} + column;
                long place = s->Layer->{step.State} + (head * {(long)heads.KeyDimension * heads.ValueDimension}L + column) * sizeof(float);
                """);
            using (SequenceRows.Begin(writer, plan))
            {
                writer.Line($"""
                    float* query = {Expressions.Part(plan, inputs.Query, "row")} + keyColumn;
                    float* key = {Expressions.Part(plan, inputs.Key, "row")} + keyColumn;
                    float* value = {Expressions.Part(plan, inputs.Value, "row")} + valueColumn;
                    float* decay = {Expressions.Part(plan, inputs.Decay, "row")} + head{(heads.DecaysElements ? $" * {heads.KeyDimension}" : "")};
                    float* beta = {Expressions.Part(plan, inputs.Beta, "row")} + head;
                    float* output = {Expressions.Row(plan, step.Output, "row")} + valueColumn;
                    TKernels.{step.Kernel}(query, key, value, decay, beta, (float*)(states[0] + place), (float*)(states[1] + place), output, end - row);
                    """);
            }
        }

        writer.Line();
    }
}

/// <summary>Writes a norm of each head with a gate.</summary>
internal sealed class GatedNormEmitter : RowStepEmitter<GatedNormStep>
{
    private const int ValuesOfCall = 32;

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, GatedNormStep step)
    {
        int length = step.Heads * step.Dimension;
        writer.Line($"float* y = {Expressions.Row(plan, step.Buffer, "row")};");
        writer.Line($"float* gate = {Expressions.Part(plan, step.Gate, "row")};");
        using (writer.Block($"for (int head = 0; head < {step.Heads}; head++)"))
        {
            writer.Line($"TKernels.{step.NormKernel}(y + head * {step.Dimension}, s->Layer->{step.Weight}, y + head * {step.Dimension});");
        }

        writer.Line();
        if (step.IsSigmoid)
        {
            writer.Line($"TKernels.{step.GateKernel}(y, gate, {length});");
            return;
        }

        using (writer.Block($"for (int i = 0; i < {length}; i += {ValuesOfCall})"))
        {
            writer.Line($"TKernels.{step.GateKernel}(gate + i, y + i, y + i);");
        }
    }
}
