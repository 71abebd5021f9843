using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes a convolution over the last tokens. A chunk is some channels, of all rows.</summary>
internal sealed class CausalConvolutionEmitter : StepEmitter
{
    // A few microseconds' worth for a prompt; whole vectors.
    private const int ChannelsOfChunk = 128;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (CausalConvolutionStep)job.Step;
        writer.Line("// " + step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {(step.Channels + ChannelsOfChunk - 1) / ChannelsOfChunk});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (CausalConvolutionStep)job.Step;
        writer.Line("// " + step.Equation);
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int channel = chunk * {ChannelsOfChunk};
                int channels = Math.Min({ChannelsOfChunk}, {step.Channels} - channel);
                float* filter = s->Layer->{step.Filter} + channel;
                float* bias = {(step.Bias is null ? "null" : $"s->Layer->{step.Bias} + channel")};
                """);
            using (SequenceRows.Begin(writer, plan))
            {
                writer.Line($"""
                    float* from = (float*)(states[0] + s->Layer->{step.State}) + channel;
                    float* to = (float*)(states[1] + s->Layer->{step.State}) + channel;
                    float* u = {Expressions.Part(plan, step.Input, "row")} + channel;
                    TKernels.{step.Kernel}(u, filter, bias, from, to, {Expressions.Row(plan, step.Output, "row")} + channel, end - row, channels);
                    """);
            }
        }

        writer.Line();
    }
}
