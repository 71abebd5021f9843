using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes a gated convolution. A chunk is some channels, which go through the rows one after the other: a row's filter reaches back to the rows
/// before it, and before a sequence's first row to its state.
/// </summary>
internal sealed class ConvolutionEmitter : StepEmitter
{
    // A few microseconds' worth for a prompt; whole vectors.
    private const int ChannelsOfChunk = 128;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (ConvolutionStep)job.Step;
        writer.Line("// " + step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {(step.Channels + ChannelsOfChunk - 1) / ChannelsOfChunk});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (ConvolutionStep)job.Step;
        writer.Line("// " + step.Equation);
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int channel = chunk * {ChannelsOfChunk};
                int channels = Math.Min({ChannelsOfChunk}, {step.Channels} - channel);
                """);
            using (writer.Block("for (int row = 0; row < s->RowCount; row++)"))
            {
                writer.Line($"""
                    byte** states = s->Rows[row].Pages + {plan.State.FixedEntry};   // what the sequence's first row reads, and what all its rows write
                    bool isFirst = row == 0 || !s->Rows[row - 1].IsFollowedBy(s->Rows[row]);
                    float* from = (float*)(states[isFirst ? 0 : 1] + s->Layer->{step.State}) + channel;
                    float* to = (float*)(states[1] + s->Layer->{step.State}) + channel;
                    TKernels.{step.Kernel}({Expressions.Row(plan, step.Gates, "row")} + channel, s->Layer->{step.Filter} + channel, from, to, {Expressions.Row(plan, step.Output, "row")} + channel, channels);
                    """);
            }
        }

        writer.Line();
    }
}
