using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes mixtures of tokens with those before them. A chunk is some channels, of all rows.</summary>
internal sealed class TokenShiftEmitter : StepEmitter
{
    // Whole vectors, and of a batch as much work as a core does in some microseconds.
    private const int ChannelsOfChunk = 256;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (TokenShiftStep)job.Step;
        writer.Line("// " + step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {(step.Length + ChannelsOfChunk - 1) / ChannelsOfChunk});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (TokenShiftStep)job.Step;
        writer.Line("// " + step.Equation);
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int channel = chunk * {ChannelsOfChunk};
                int channels = Math.Min({ChannelsOfChunk}, {step.Length} - channel);
                """);
            using (SequenceRows.Begin(writer, plan))
            {
                writer.Line($"float* before = (float*)(states[0] + s->Layer->{step.State}) + channel;");
                using (writer.Block("for (int i = row; i < end; i++)"))
                {
                    writer.Line($"float* x = {Expressions.Row(plan, step.Input, "i")} + channel;");
                    for (int mixture = 0; mixture < step.Mixtures.Count; mixture++)
                    {
                        (string shift, string buffer) = (step.Mixtures[mixture].Shift, step.Mixtures[mixture].Buffer);
                        string offset = step.Offsets is null
                            ? "null"
                            : Expressions.Part(plan, new BufferPart(step.Offsets, mixture * step.Length), "i") + " + channel";
                        string output = Expressions.Row(plan, buffer, "i") + " + channel";
                        writer.Line($"TKernels.{step.Kernel}(x, before, s->Layer->{shift} + channel, {offset}, {output}, channels);");
                    }

                    writer.Line("before = x;");
                }

                if (step.LeavesState)
                {
                    writer.Line();
                    writer.Line($"float* last = (float*)(states[1] + s->Layer->{step.State}) + channel;");
                    writer.Line("new Span<float>(before, channels).CopyTo(new Span<float>(last, channels));");
                }
            }
        }

        writer.Line();
    }
}

/// <summary>Writes functions of what stands between the factors of low-rank functions.</summary>
internal sealed class SquashEmitter : RowStepEmitter<SquashStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, SquashStep step)
    {
        foreach (SquashedPart part in step.Parts)
        {
            writer.Line($"TKernels.{part.Kernel}({Expressions.Row(plan, part.Buffer, "row")}, {part.Length});");
        }
    }
}

/// <summary>Writes a time mixing. A chunk is a head, which goes through the rows of a sequence in their order.</summary>
/// <typeparam name="TStep">The kind of its step.</typeparam>
internal abstract class TimeMixEmitter<TStep> : StepEmitter
    where TStep : TimeMixStep
{
    public override bool IsLong => true;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        writer.Line("// " + job.Step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {((TStep)job.Step).Heads.Count});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (TStep)job.Step;
        int dimension = step.Heads.Dimension;
        writer.Line($"// {step.Equation}: a head");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int column = chunk * {dimension};
                long place = s->Layer->{step.State} + chunk * {(long)dimension * dimension * sizeof(float)}L;
                """);
            using (SequenceRows.Begin(writer, plan))
            {
                writer.Line($"""
                    float* from = (float*)(states[0] + place);
                    float* to = (float*)(states[1] + place);
                    float* inputs = {Expressions.Row(plan, step.Inputs.Buffer, "row")} + column;
                    float* outputs = {Expressions.Row(plan, step.Output, "row")} + column;
                    """);
                EmitRecurrence(writer, plan, step);
                using (writer.Block("for (int i = row; i < end; i++)"))
                {
                    writer.Line($"float* input = {Expressions.Row(plan, step.Inputs.Buffer, "i")} + column;");
                    writer.Line($"float* output = {Expressions.Row(plan, step.Output, "i")} + column;");
                    string norm = step.Finish.HasNorm ? $"{OfHead("HeadNorm")}, {OfHead("HeadNormBias")}" : "null, null";
                    string own = step.Finish.HasBonus
                        ? $"{Input(step.Inputs.Receptance)}, {Input(step.Inputs.Key)}, {Input(step.Inputs.Value)}, {OfHead("Bonus")}"
                        : "null, null, null, null";
                    writer.Line($"TKernels.{step.Finish.Kernel}(output, {norm}, {own}, {(step.Finish.Gate is int gate ? Input(gate) : "null")});");
                }
            }
        }

        writer.Line();
    }

    /// <summary>A column of the inputs of <c>input</c>'s row.</summary>
    protected static string Input(int column) => EmittedFile.Plus("input", column);

    /// <summary>A column of the inputs of the sequence's first row.</summary>
    protected static string FirstInput(int column) => EmittedFile.Plus("inputs", column);

    /// <summary>A vector of the layer's, from the head's first channel on.</summary>
    protected static string OfHead(string field) => $"s->Layer->{field} + column";

    /// <summary>Writes the outputs of the rows from <c>row</c> up to <c>end</c>.</summary>
    protected abstract void EmitRecurrence(SourceWriter writer, ModelPlan plan, TStep step);
}

/// <summary>Writes the time mixing of RWKV-7.</summary>
internal sealed class GooseEmitter : TimeMixEmitter<GooseStep>
{
    protected override void EmitRecurrence(SourceWriter writer, ModelPlan plan, GooseStep step)
    {
        TimeMixInputs inputs = step.Inputs;
        using (writer.Block("for (int i = row; i < end; i++)"))
        {
            writer.Line($"float* input = {Expressions.Row(plan, inputs.Buffer, "i")} + column;");
            writer.Line($"float* first = {Expressions.Row(plan, step.First, "i")} + column;");
            string[] values =
            [
                Input(inputs.Decay),
                Input(step.Rate),
                Input(inputs.Key),
                Input(inputs.Value),
                step.ValueMix is int mix ? Input(mix) : "null",
                "first",
                Input(step.Removal),
            ];
            string[] vectors =
            [
                OfHead("DecayBias"),
                OfHead("RateBias"),
                step.ValueMix is null ? "null" : OfHead("ValueMixBias"),
                OfHead("RemovalScale"),
                OfHead("KeyScale"),
            ];
            writer.Line($"""
                TKernels.{step.PrepareKernel}(
                    {string.Join(", ", values)},
                    {string.Join(", ", vectors)});
                """);
        }

        int[] columns = [inputs.Receptance, inputs.Decay, inputs.Key, inputs.Value, step.Removal, step.Rate];
        writer.Line();
        writer.Line($"TKernels.{step.Kernel}({string.Join(", ", columns.Select(FirstInput))}, from, to, outputs, end - row);");
    }
}

/// <summary>Writes the time mixing of RWKV-6.</summary>
internal sealed class FinchEmitter : TimeMixEmitter<FinchStep>
{
    protected override void EmitRecurrence(SourceWriter writer, ModelPlan plan, FinchStep step)
    {
        int[] columns = [step.Inputs.Receptance, step.Inputs.Decay, step.Inputs.Key, step.Inputs.Value];
        string vectors = $"{OfHead("DecayBias")}, {OfHead("Bonus")}";
        writer.Line($"TKernels.{step.Kernel}({string.Join(", ", columns.Select(FirstInput))}, {vectors}, from, to, outputs, end - row);");
    }
}
